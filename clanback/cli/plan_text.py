"""What `plan` prints: for a terminal, and as Markdown for a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clanback.cli.terminal import counted, safe
from clanback.plan.changes import Weight
from clanback.plan.telling import HEADINGS, Value, listed, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.plan.changes import Difference, FileChange
    from clanback.plan.telling import Sentence, Told

_COLOURS = {"-": "31", "+": "32", "~": "33"}
_FILES = 10
_LINES = 60


def text(found: Difference, against: str, *, colour: bool = False, every_file: bool = False) -> str:
    """For people at a terminal."""
    if not found:
        return f"Nothing changes since {safe(against)}: the same machines save the same folders in the same way.\n"

    def bold(words: str) -> str:
        return f"\x1b[1m{words}\x1b[0m" if colour else words

    lines: list[str] = []
    for weight, told in _groups(found):
        lines += [bold(HEADINGS[weight]), ""]
        for line in told:
            symbol = f"\x1b[{_COLOURS[line.symbol]}m{line.symbol}\x1b[0m" if colour else line.symbol
            lines.append(f"  {symbol} {_plain(listed(line.machines))}: {_plain(line.sentence)}")
        lines.append("")
    files = found.files if every_file else found.other_files
    if files:
        lines += [bold("Rendered files" if every_file else "Other changes"), ""]
        lines += [f"  ~ {_file_line(file)}" for file in (files if every_file else files[:_FILES])]
        if not every_file and len(files) > _FILES:
            lines.append(f"    and {len(files) - _FILES} more files (-v lists all)")
        lines.append("")
    lines.append(bold(f"Since {safe(against)}: {summary(found)}."))
    return "\n".join(lines) + "\n"


def summary(found: Difference) -> str:
    """`2 lost, 1 new, 3 other changes`."""
    counts = {weight: len(found.of(weight)) for weight in Weight}
    changed = counts[Weight.SCHEDULE] + counts[Weight.RETENTION] + counts[Weight.OTHER]
    parts = [f"{counts[Weight.LOST]} lost" if counts[Weight.LOST] else "nothing lost"]
    parts += [f"{count} {word}" for count, word in ((changed, "changed"), (counts[Weight.NEW], "new")) if count]
    return f"{', '.join(parts)}; {counted(len(found.files), 'file')} differ{'s' if len(found.files) == 1 else ''}"


def _groups(found: Difference) -> list[tuple[Weight, list[Told]]]:
    told = tell(found.changes)
    groups = [(weight, [line for line in told if line.weight is weight]) for weight in Weight]
    return [(weight, lines) for weight, lines in groups if lines]


def _plain(sentence: Sentence) -> str:
    return "".join(safe(part) for part in sentence)


def _file_line(file: FileChange) -> str:
    what = "comments only" if file.only_comments else f"+{file.added} -{file.removed}"
    return f"{safe(file.path)} ({what})"


# Markdown


def markdown(found: Difference, against: str) -> str:
    """For a comment in a pull request. What comes from the clan stands in code spans, where Markdown and HTML mean nothing."""
    lines = ["<!-- clanback plan -->"]
    if not found:
        lines += ["### Backups: nothing changes", "", f"The same machines save the same folders as in {_code(against)}."]
        return "\n".join(lines) + "\n"
    lost = len(found.of(Weight.LOST))
    lines += [f"### Backups: {'⚠️ ' if lost else ''}{summary(found)}", ""]
    shown = 0
    for weight, told in _groups(found):
        lines += [f"**{HEADINGS[weight]}**", ""]
        room = max(0, _LINES - shown)
        lines += [f"- {_quoted(listed(line.machines))}: {_quoted(line.sentence)}" for line in told[:room]]
        if len(told) > room:
            lines.append(f"- and {len(told) - room} more")
        shown += len(told[:room])
        lines.append("")
    if found.files:
        lines += _file_table(found.files)
    lines.append(f"<sub>Compared with {_code(against)} by <code>clanback plan</code>.</sub>")
    return "\n".join(lines) + "\n"


def _file_table(files: Sequence[FileChange]) -> list[str]:
    other = sum(not file.told for file in files)
    title = f"{counted(len(files), 'rendered file')}" + (f", {other} of them for other reasons" if other else "")
    lines = [f"<details><summary>{title}</summary>", "", "| file | lines | |", "|---|---|---|"]
    for file in files[:_LINES]:
        why = "comments only" if file.only_comments else "" if file.told else "other changes"
        lines.append(f"| {_code(file.path, table=True)} | +{file.added} −{file.removed} | {why} |")  # noqa: RUF001
    if len(files) > _LINES:
        lines.append(f"| and {len(files) - _LINES} more | | |")
    return [*lines, "", "</details>", ""]


def _quoted(sentence: Sentence) -> str:
    return "".join(_code(part) if isinstance(part, Value) else part for part in sentence)


def _code(value: str, *, table: bool = False) -> str:
    """A code span that shows exactly `value`, whatever is in it."""
    shown = safe(value)
    if table:
        shown = shown.replace("|", "\\|")
    ticks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if not shown or "`" in (shown[0], shown[-1]) or (shown[0] == shown[-1] == " " and shown.strip()) else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"
