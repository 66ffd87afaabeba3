"""The state of backups as OpenMetrics text, for Prometheus and its kin. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from clanback.backups.judging import Judged
    from clanback.backups.sweep import Outcome

_FAMILIES: Final[Mapping[str, tuple[str, str]]] = {
    "clanback_machine_answered": ("", "Whether the machine answered (1) or not (0)."),
    "clanback_machine_clock_ahead_seconds": ("seconds", "How far its clock is ahead of the clock of who asked."),
    "clanback_newest_archive_timestamp_seconds": ("seconds", "When the newest good archive of the job was begun."),
    "clanback_newest_archive_size_bytes": ("bytes", "Size of what the newest good archive holds."),
    "clanback_newest_archive_added_bytes": ("bytes", "What the newest good archive added to the repository."),
    "clanback_archives": ("", "How many good archives there are."),
    "clanback_repository_size_bytes": ("bytes", "What the repository takes up, as the job's machine knows it."),
    "clanback_last_run_success": ("", "Whether the last run of the job ended well."),
    "clanback_last_run_timestamp_seconds": ("seconds", "When the last run of the job ended."),
    "clanback_next_run_timestamp_seconds": ("seconds", "When the job starts next."),
    "clanback_kept_repository_size_bytes": ("bytes", "What a repository takes up on its server."),
    "clanback_kept_repository_free_bytes": ("bytes", "What is free on the disk of a repository."),
    "clanback_kept_repository_stale_locks": ("", "Locks whose holders are gone."),
    "clanback_finding": ("", "Something is wrong; the code says what (clanback explain CODE)."),
}
"""Name → its unit and what it means."""


def openmetrics(outcomes: Sequence[Outcome[Judged]]) -> str:
    """The text, for all machines; those that did not answer have one line that says so."""
    samples: dict[str, list[str]] = {name: [] for name in _FAMILIES}

    def add(name: str, value: float | None, **labels: str) -> None:
        if value is not None:
            pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
            samples[name].append(f"{name}{{{pairs}}} {value:.15g}")

    for outcome in outcomes:
        machine = outcome.machine
        add("clanback_machine_answered", int(outcome.value is not None), machine=machine)
        if outcome.value is None:
            for code in sorted({found.code for found in outcome.diagnostics}):
                add("clanback_finding", 1, machine=machine, job="", code=code)
            continue
        status = outcome.value.status
        add("clanback_machine_clock_ahead_seconds", status.clock, machine=machine)
        for job in status.jobs:
            of_job = {"machine": machine, "job": job.job}
            add("clanback_newest_archive_timestamp_seconds", _stamp(job.newest_start), **of_job)
            add("clanback_newest_archive_size_bytes", job.size, **of_job)
            add("clanback_newest_archive_added_bytes", job.added, **of_job)
            add("clanback_archives", job.archives, **of_job)
            add("clanback_repository_size_bytes", job.repository_size, **of_job)
            add("clanback_last_run_success", None if job.run.result is None else int(job.run.result == "success"), **of_job)
            add("clanback_last_run_timestamp_seconds", _stamp(job.run.finished), **of_job)
            add("clanback_next_run_timestamp_seconds", _stamp(job.run.next), **of_job)
        for kept in status.kept:
            of_client = {"machine": machine, "client": kept.client}
            add("clanback_kept_repository_size_bytes", kept.size, **of_client)
            add("clanback_kept_repository_free_bytes", kept.free, **of_client)
            add("clanback_kept_repository_stale_locks", sum(lock.alive is False for lock in kept.locks), **of_client)
        found = {(finding.job or "", finding.diagnostic.code) for finding in outcome.value.findings}
        for job_name, code in sorted(found):
            add("clanback_finding", 1, machine=machine, job=job_name, code=code)
    lines = []
    for name, (unit, help_text) in _FAMILIES.items():
        lines.append(f"# TYPE {name} gauge")
        if unit:
            lines.append(f"# UNIT {name} {unit}")
        lines += [f"# HELP {name} {help_text}", *samples[name]]
    return "\n".join([*lines, "# EOF", ""])


def _stamp(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _escaped(text: str) -> str:
    plain = text.encode("utf-8", "replace").decode()
    return plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
