"""A drill: check repositories, extract the newest archives to a scratch place, compare, and say what came of it.

On each machine `borg check` reads the repository of every job. Then the newest archive is extracted to a folder that is removed
afterwards, and each entry is compared with what Borg lists and, where it has not changed since, with the machine itself. Nothing
on the machine is touched. --report writes a page to show to an auditor. With --from-repository the machine is not needed: this
computer checks and extracts, with the secrets in vars/.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import Any

    from clanback.backups.sweep import Outcome
    from clanback.backups.verify import Verified, VerifiedJob
    from clanback.cli.backups.opening import Clan
    from clanback.cli.tables import Table
    from clanback.remote.ssh import Session

NAME = "verify"
SUMMARY = "check repositories and try a restore, for real"
_CHECKS = ("repository", "archives", "data", "none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `backups verify`."""
    from clanback.cli.backups.opening import add_connection

    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="the machines (default: all that make backups)")
    parser.add_argument("--job", metavar="J", action="append", default=[], help="only this job; may be repeated")
    parser.add_argument(
        "--check",
        choices=_CHECKS,
        default="repository",
        help="how much `borg check` reads (default: repository; data: all)",
    )
    parser.add_argument("--path", metavar="P", action="append", default=[], help="extract only this path; may be repeated")
    parser.add_argument("--scratch", metavar="DIR", help="folder to extract to, where that is done (default: /var/tmp)")
    parser.add_argument("--json", action="store_true", help="print JSON, format 1")
    parser.add_argument("--report", metavar="FILE", help="write a page about the drill to a file (Markdown)")
    add_connection(parser, parallel=4)
    group = parser.add_argument_group("when the machine is gone")
    group.add_argument(
        "--from-repository", action="store_true", help="straight from the repositories on their servers, onto this computer"
    )
    group.add_argument("--through", metavar="HOST", help="where the server is reached, instead of what the clan says")
    group.add_argument("--repository", metavar="REPO", help="where the repository is now, if it was moved or lies on a disk here")


def _misused(options: argparse.Namespace, machines: list[str]) -> str | None:
    """What does not go together, None where all does."""
    if not options.from_repository:
        named = [f"--{name}" for name in ("through", "repository") if getattr(options, name)]
        return f"{named[0]} goes with --from-repository" if named else None
    if options.target_host is not None:
        return "--target-host is where a machine is reached; with --from-repository it is --through, for its server"
    if options.repository is not None and (len(machines) != 1 or len(options.job) != 1):
        return "--repository is for one job of one machine: name both"
    return None


def run(options: argparse.Namespace) -> int:
    """Verify; 1 where something is not good, 3 if it cannot be known, 4 if a machine or server could not be reached."""
    from clanback.backups.sweep import sweep
    from clanback.cli.backups.opening import connections, open_clan, tell_nobody, tell_outcomes
    from clanback.cli.backups.progress import machines_done

    clan = open_clan(options, options.machines, mistakes="tell")
    if isinstance(clan, int):
        return clan
    clients = [name for name, machine in clan.plan.machines.items() if machine.jobs]
    machines = list(dict.fromkeys(options.machines)) or clients
    misused = _misused(options, machines)
    if misused is not None:
        sys.stderr.write(f"clanback backups verify: {misused}\n")
        return 2
    with connections(machines) as session, machines_done("verifying", machines, options) as ended:
        work = _here(clan, session, options) if options.from_repository else _there(clan, session, options)
        outcomes = sweep(machines, work, parallel=options.parallel, on_end=ended)
    _print(outcomes, options)
    status = tell_outcomes(outcomes, options) if machines else tell_nobody("verify", options)
    return max(status, clan.told, _write_report(outcomes, clan.plan.meta.name, options))


def _there(clan: Clan, session: Session, options: argparse.Namespace) -> Callable[[str], Verified]:
    """The machines verify."""
    from clanback.backups.verify import verify

    def work(machine: str) -> Verified:
        return verify(
            session,
            clan.reach(machine),
            jobs=options.job,
            check=options.check,
            paths=options.path,
            scratch=options.scratch,
        )

    return work


def _here(clan: Clan, session: Session, options: argparse.Namespace) -> Callable[[str], Verified]:
    """This computer verifies."""
    from clanback.backups.salvage.search import Search
    from clanback.backups.salvage.verifying import Drill, verify
    from clanback.cli.backups.salvage import teller

    store, tell = clan.store(), teller(options)
    drill = Drill(tuple(options.job), options.check, tuple(options.path), options.scratch)

    def work(machine: str) -> Verified:
        search = Search(
            session,
            store,
            clan.inventory,
            clan.plan,
            machine,
            tell,
            through=options.through,
            repository=options.repository,
        )
        return verify(search, drill)

    return work


def _print(outcomes: list[Outcome[Verified]], options: argparse.Namespace) -> None:
    if options.json:
        from clanback.cli.output import write_json

        write_json({"format_version": 1, "machines": [_as_json(outcome) for outcome in outcomes]})
        return
    from clanback.backups.judging import summary
    from clanback.cli.tables import draw

    jobs = [job for outcome in outcomes if outcome.value is not None for job in outcome.value.jobs]
    silent = sum(outcome.value is None for outcome in outcomes)
    headline = summary(sum(job.good for job in jobs), len(jobs), silent, sum(job.unchecked is not None for job in jobs))
    draw(headline, [found for found in (table(outcomes),) if found.rows], options)


def table(outcomes: list[Outcome[Verified]]) -> Table:
    """A row for each job."""
    from clanback.cli.tables import Table
    from clanback.cli.terminal import safe

    headings = ("machine", "job", "result", "repository", "extracted and compared", "newest archive")
    drawn = Table("Verified", headings, spare=("newest archive",))
    for outcome in outcomes:
        if outcome.value is None:
            drawn.rows.append(([safe(outcome.machine)], ["?"], ["no answer"], [""], [""], [""]))
            continue
        for job in outcome.value.jobs:
            drawn.rows.append(
                (
                    [safe(outcome.machine)],
                    [safe(job.job)],
                    [job.result],
                    ["not checked" if job.check_ok is None else "good" if job.check_ok else "damaged"],
                    _compared(job),
                    [safe(_short(outcome.machine, job))],
                )
            )
    return drawn


def _short(machine: str, job: VerifiedJob) -> str:
    """The newest archive's name, without what the row says already."""
    return "-" if job.archive is None else job.archive.rpartition("::")[2].removeprefix(f"{machine}-{job.job}-")


def _compared(job: VerifiedJob) -> list[str]:
    from clanback.backups.judging import amount
    from clanback.cli.terminal import counted

    if job.archive is None:
        return ["-"]
    counts = job.counts
    others = counts["folders"] + counts["links"] + counts["others"]
    lines = [f"{counted(counts['files'], 'file')} ({amount(counts['bytes'])}), {counted(others, 'other')}"]
    if "compared_with_machine" in counts:
        changed = counts["changed_since"] + counts["gone_since"]
        lines.append(f"{counts['compared_with_machine']} with the machine too")
        lines += [f"{changed} changed since"] if changed else []
    if job.difference_count:
        lines.append(f"{job.difference_count} different")
    return lines


def _as_json(outcome: Outcome[Verified]) -> dict[str, Any]:
    import attrs

    jobs = None
    if outcome.value is not None:
        jobs = [
            {**attrs.asdict(job, filter=lambda field, _: field.name != "problem"), "good": job.good, "result": job.result}
            for job in outcome.value.jobs
        ]
    return {
        "machine": outcome.machine,
        "answered": outcome.value is not None,
        "jobs": jobs,
        "diagnostics": [found.as_json() for found in outcome.diagnostics],
    }


def _write_report(outcomes: list[Outcome[Verified]], clan: str, options: argparse.Namespace) -> int:
    if options.report is None:
        return 0
    from datetime import UTC, datetime

    from clanback import __version__
    from clanback.backups.verify_report import report
    from clanback.cli import output
    from clanback.cli.terminal import safe
    from clanback.system.files import replace

    page = report(outcomes, clan=clan, version=__version__, when=datetime.now(UTC), here=options.from_repository)
    try:
        replace(options.report, page.encode("utf-8", "backslashreplace"))
    except OSError as refused:
        sys.stderr.write(f"clanback backups verify: cannot write {safe(options.report)}: {refused.strerror}\n")
        return 2
    output.say(f"wrote {safe(options.report)}", options)
    return 0
