"""Say of every job of every machine how good its backups are, and fail where one is too old or missing.

Without MACHINE, all machines that make or keep backups are asked, side by side. Jobs that the clan plans and a machine does not
have are findings, and so are archives that are too old, failed runs, stale locks and clocks that are wrong.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from datetime import datetime
    from typing import Any

    from clanback.backups.judging import Judged
    from clanback.backups.sweep import Outcome

NAME = "status"
SUMMARY = "say how old and how good the newest backups are"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `backups status`."""
    from clanback.cli.backups.opening import add_connection

    parser.add_argument("machines", nargs="*", metavar="MACHINE", help="the machines to ask (default: all with backups)")
    parser.add_argument(
        "--max-age",
        metavar="TIME",
        type=_span,
        default=26 * 3600.0,
        help="how old the newest archive may be, with its unit: 90min, 26h, 7d (default: 26h)",
    )
    parser.add_argument(
        "--format", choices=("table", "json", "openmetrics"), default="table", help="form of the result (default: table)"
    )
    parser.add_argument("--out", metavar="FILE", help="write the result to a file, in one step, instead of printing it")
    parser.add_argument("--no-sizes", action="store_true", help="do not ask for sizes, which takes repositories longer")
    add_connection(parser, parallel=200)


def _span(text: str) -> float:
    from argparse import ArgumentTypeError

    from clanback.inventory.time_spans import seconds

    if text.strip().isdecimal():
        raise ArgumentTypeError(f"{text!r} has no unit: write {text.strip()}h for hours, or min, d, w")
    try:
        return float(seconds(text))
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is no length of time: write 26h, 90min or 7d") from None


def run(options: argparse.Namespace) -> int:
    """Ask them; 1 with findings, 3 if a machine failed, 4 if one could not be reached."""
    from datetime import UTC, datetime

    from clanback.backups.judging import judge
    from clanback.backups.status import status
    from clanback.backups.sweep import sweep
    from clanback.cli.backups.opening import connections, open_clan, tell_nobody, tell_outcomes
    from clanback.cli.backups.progress import machines_done

    clan = open_clan(options, options.machines, mistakes="tell")
    if isinstance(clan, int):
        return clan
    with_backups = [name for name, machine in clan.plan.machines.items() if machine.jobs or machine.repos]
    machines = list(dict.fromkeys(options.machines)) or with_backups
    with connections(machines) as session, machines_done("asking", machines, options) as ended:

        def work(machine: str) -> Judged:
            said = status(session, clan.reach(machine), sizes=not options.no_sizes)
            return judge(clan.plan.machines[machine], said, max_age=options.max_age, ours=datetime.now(UTC))

        outcomes = sweep(machines, work, parallel=options.parallel, on_end=ended)
    _write(_text(outcomes, options), options)
    status_of_all = tell_outcomes(outcomes, options) if machines else tell_nobody("ask", options)
    return max(status_of_all, clan.told)


def _text(outcomes: list[Outcome[Judged]], options: argparse.Namespace) -> str | None:
    """What to print; None where a table is drawn for the terminal."""
    if options.format == "json":
        from clanback.cli.output import json_text

        return json_text({"format_version": 1, "machines": [_as_json(outcome) for outcome in outcomes]})
    if options.format == "openmetrics":
        from clanback.backups.openmetrics import openmetrics

        return openmetrics(outcomes)
    from clanback.cli.tables import draw, plain

    headline, tables = _tables(outcomes)
    if options.out is not None:
        return plain(headline, tables)
    draw(headline, tables, options)
    return None


def _write(text: str | None, options: argparse.Namespace) -> None:
    if text is not None and options.out is not None:
        from clanback.system.files import replace

        replace(options.out, text.encode("utf-8", "backslashreplace"))
    elif text is not None:
        sys.stdout.write(text)
    sys.stdout.flush()


def _tables(outcomes: list[Outcome[Judged]]) -> tuple[str, list[Any]]:
    from datetime import UTC, datetime

    from clanback.backups.judging import age, amount, span, summary
    from clanback.cli.tables import Table
    from clanback.cli.terminal import safe
    from clanback.diagnostics import Severity

    ours = datetime.now(UTC)
    headings = ["machine", "job", "newest", "state", "last run", "next run", "size", "growth", "archives"]
    jobs = Table("Jobs", headings, spare=["growth", "archives", "size", "next run", "last run"])
    kept = Table("Repositories kept for others", ["machine", "client", "last write", "state", "size", "free"], spare=["size"])
    good = count = 0
    for outcome in outcomes:
        machine = [safe(outcome.machine)]
        if outcome.value is None:
            codes = " ".join(sorted({found.code for found in outcome.diagnostics}))
            jobs.rows.append((machine, ["?"], ["?"], [f"no answer ({codes})"], *([[""]] * 5)))
            continue
        judged = outcome.value
        status = judged.status
        known = {job.job for job in status.jobs}
        for job in status.jobs:
            found = judged.of(job.job)
            wrong = sorted({one.code for one in found if one.severity is Severity.ERROR})
            said = wrong or sorted({one.code for one in found})
            count += 1
            good += not wrong
            old = age(job, status.now)
            jobs.rows.append(
                (
                    machine,
                    [safe(job.job)],
                    ["never" if old is None and job.problem is None else "?" if old is None else f"{span(max(old, 0.0))} ago"],
                    [("good" if not wrong else "bad") + (f" ({' '.join(said)})" if said else "")],
                    [_last(job.run.result, job.run.finished, ours, job.run.state)],
                    [f"in {span(max((job.run.next - ours).total_seconds(), 0.0))}" if job.run.next else ""],
                    [amount(job.size) if job.size is not None else ""],
                    [f"+{amount(job.added)}" if job.added is not None else ""],
                    [str(job.archives) if job.archives is not None else ""],
                )
            )
        for finding in judged.findings:
            if finding.job is not None and finding.job not in known:
                count += 1
                jobs.rows.append((machine, [safe(finding.job)], ["never"], [f"bad ({finding.diagnostic.code})"], *([[""]] * 5)))
        for one in status.kept:
            codes = " ".join(sorted({f.diagnostic.code for f in judged.findings if f.client == one.client}))
            kept.rows.append(
                (
                    machine,
                    [safe(one.client)],
                    [f"{span(max((ours - one.last_write).total_seconds(), 0.0))} ago" if one.last_write else ""],
                    [f"look ({codes})" if codes else "good"],
                    [amount(one.size) if one.size is not None else ""],
                    [amount(one.free) if one.free is not None else ""],
                )
            )
    silent = sum(outcome.value is None for outcome in outcomes)
    return summary(good, count, silent), [table for table in (jobs, kept) if table.rows]


def _last(result: str | None, finished: datetime | None, ours: datetime, state: str | None) -> str:
    from clanback.backups.judging import span
    from clanback.cli.terminal import safe

    if state in ("running", "waiting"):
        return state
    if result is None:
        return ""
    ago = f"{span(max((ours - finished).total_seconds(), 0.0))} ago" if finished else ""
    if result == "success":
        return ago or "good"
    return f"{safe(result)}, {ago}" if ago else safe(result)


def _as_json(outcome: Outcome[Judged]) -> dict[str, Any]:
    import attrs

    found = [one.as_json() for one in outcome.diagnostics]
    if outcome.value is None:
        return {"machine": outcome.machine, "answered": False, "jobs": None, "repositories": None, "diagnostics": found}
    status = outcome.value.status

    def plain(_: object, __: object, value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else value

    def facts(one: Any, findings: list[str]) -> dict[str, Any]:
        made = attrs.asdict(one, value_serializer=plain, filter=lambda field, _: field.name != "problem")
        return {**made, "findings": findings}

    return {
        "machine": outcome.machine,
        "answered": True,
        "speaks": status.speaks,
        "version": status.version,
        "borg": status.borg,
        "now": status.now.isoformat(),
        "clock_ahead_seconds": status.clock,
        "jobs": [facts(job, [one.code for one in outcome.value.of(job.job)]) for job in status.jobs],
        "repositories": [
            facts(kept, [f.diagnostic.code for f in outcome.value.findings if f.client == kept.client]) for kept in status.kept
        ],
        "diagnostics": found,
    }
