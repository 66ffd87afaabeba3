"""The drill as a page for people who did not see it: what was looked at, how, when, and what came of it. Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.backups.judging import summary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from clanback.backups.sweep import Outcome
    from clanback.backups.verify import Verified, VerifiedJob

_MEANING = {
    "repository": "every segment of the repository was read and its checksums compared",
    "archives": "every segment was read, and the entries of the newest archive with it",
    "data": "every segment was read, and all data of the newest archive decrypted and compared with its hashes",
}


_ON_MACHINE = (
    "The newest archive of each job was extracted to an empty folder of its machine and compared, entry by entry, with",
    "what Borg lists for it (kind, mode, owner, group, size, time, link target, SHA-256), and with the file on the",
    "machine where that has not been changed since the backup began. Then the folder was removed.",
)
_FROM_REPOSITORY = (
    "The machines themselves had no part in it. The newest archive of each job was extracted, straight from its repository, to",
    "an empty folder of the computer that wrote this, and compared, entry by entry, with what Borg lists for it (kind, mode,",
    "size, time, link target, SHA-256, and where root did it owner and group). Then the folder was removed.",
)


def report(outcomes: Sequence[Outcome[Verified]], *, clan: str, version: str, when: datetime, here: bool = False) -> str:
    """The page. `clan` is the clan's name, `version` that of clanback, `when` the time at which the drill ended.

    `here`: this computer did it, from the repositories, without the machines.
    """
    jobs = [job for outcome in outcomes if outcome.value is not None for job in outcome.value.jobs]
    good = sum(job.good for job in jobs)
    unchecked = sum(job.unchecked is not None for job in jobs)
    silent = sum(outcome.value is None for outcome in outcomes)
    lines = [
        f"# Backups of {text(clan)}: restore drill",
        "",
        f"{when.isoformat(timespec='seconds')}, clanback {version}. **{summary(good, len(jobs), silent, unchecked)}**.",
        "",
        *(_FROM_REPOSITORY if here else _ON_MACHINE),
        "",
        "| machine | job | archive | repository | files | compared with the machine | differences | result |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for outcome in outcomes:
        if outcome.value is None:
            lines.append(f"| {text(outcome.machine)} | | | | | | | **no answer** |")
            continue
        lines += [_row(outcome.machine, job) for job in outcome.value.jobs]
    meanings = sorted({job.checked for job in jobs if job.checked in _MEANING})
    lines += ["", *(f"Check `{one}`: {_MEANING[one]}." for one in meanings)]
    for outcome in outcomes:
        lines += _details(outcome)
    return "\n".join(lines).rstrip() + "\n"


def _row(machine: str, job: VerifiedJob) -> str:
    checked = "not checked" if job.checked is None else f"{text(job.checked)}: {'good' if job.check_ok else '**damaged**'}"
    counts = job.counts
    files = f"{counts.get('files', 0)} ({counts.get('bytes', 0)} bytes)" if job.archive is not None else ""
    compared = ""
    if job.archive is not None and "compared_with_machine" in counts:
        changed = counts.get("changed_since", 0) + counts.get("gone_since", 0)
        compared = f"{counts.get('compared_with_machine', 0)}, {changed} changed or gone since"
    cells = [
        text(machine),
        text(job.job),
        text(job.archive or "none"),
        checked,
        files,
        compared,
        str(job.difference_count),
        "good" if job.good else f"**{job.result}**",
    ]
    return f"| {' | '.join(cells)} |"


def _details(outcome: Outcome[Verified]) -> list[str]:
    found = [f"- {text(one.message)}" for one in outcome.diagnostics]
    differences = [
        f"- `{code(one.path)}`: {text(one.what)} is {text(one.found)}, not {text(one.expected)} (against the {text(one.against)})"
        for job in (outcome.value.jobs if outcome.value is not None else ())
        for one in job.differences
    ]
    if not found and not differences:
        return []
    return ["", f"## {text(outcome.machine)}", "", *found, *differences]


def text(said: str) -> str:
    """Words from machines and archives as plain words of Markdown: no markup, no line ends, nothing that a terminal obeys."""
    plain = "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in said)
    for special in "\\`*_[]<>|#":
        plain = plain.replace(special, f"\\{special}")
    return plain


def code(said: str) -> str:
    """The same inside a code span, where only its own end and the table's have a meaning."""
    plain = "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in said)
    return plain.replace("`", "'").replace("|", "\\|")
