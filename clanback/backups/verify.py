"""The drill: `clanback backups verify`. The machine checks repositories and extracts its newest archives; here that is judged.

Only machines that clanback rendered can do it; what they answer is in `docs/reference/machine-protocol.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from clanback.backups.create import beyond_the_contract
from clanback.backups.protocol import ContractOnlyError, ask
from clanback.backups.sweep import Ending, of_failure
from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clanback.backups.protocol import Answer, Answers
    from clanback.backups.reach import Reachable
    from clanback.diagnostics import Diagnostic
    from clanback.remote.ssh import Session

CHECKS: Final = ("repository", "archives", "data", "none")
"""How much `borg check` reads: the repository, also the newest archive's entries, also all its data; nothing."""
_COUNTS: Final = ("files", "folders", "links", "others", "bytes", "compared_with_machine", "changed_since", "gone_since")


@attrs.frozen
class Difference:
    """Something that came out of the archive otherwise than it should: `against` is `archive` or `machine`."""

    path: str
    against: str
    what: str
    expected: str
    found: str


@attrs.frozen
class VerifiedJob:
    """What became of one job. `checked` is what `borg check` read, None where it was not asked to; the numbers count entries."""

    job: str
    checked: str | None = None
    check_ok: bool | None = None
    check_message: str = ""
    archive: str | None = None
    """The newest complete archive, None where none was extracted and compared."""
    start: str | None = None
    counts: dict[str, int] = attrs.field(factory=dict)
    """By the names that the protocol has for them."""
    seconds: float = 0.0
    differences: tuple[Difference, ...] = ()
    """At most a thousand; `difference_count` says how many there are."""
    difference_count: int = 0
    problem: Diagnostic | None = None

    @property
    def good(self) -> bool:
        """Whether what was asked for was done, and found nothing."""
        return self.problem is None and self.check_ok is not False and not self.difference_count

    @property
    def unchecked(self) -> str | None:
        """Why nobody knows whether it is good: its server was not reached, or a secret is missing. None where it is known."""
        if self.problem is None or self.check_ok is False or self.difference_count:
            return None
        if self.problem.code == "CB462":
            return "could not be reached"
        return "its secrets cannot be read" if self.problem.code.startswith("CB5") else None

    @property
    def result(self) -> str:
        """The same in words."""
        return "good" if self.good else "not good" if self.unchecked is None else f"not checked: {self.unchecked}"

    @property
    def ending(self) -> Ending:
        """A finding where it is not good, a failure where nobody knows."""
        if self.problem is not None and self.unchecked is not None:
            return of_failure([self.problem])
        return Ending.DONE if self.good else Ending.FINDINGS


@attrs.frozen
class Verified:
    """What became of one machine: its jobs, those first that it has, then those that only the clan knows."""

    machine: str
    jobs: tuple[VerifiedJob, ...]
    warnings: tuple[str, ...] = ()

    @property
    def ending(self) -> Ending:
        """That of the job with which it went worst."""
        return max((job.ending for job in self.jobs), default=Ending.DONE)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong, job by job; what is wrong with several, once."""
        told: list[Diagnostic] = []
        for job in self.jobs:
            told += [found for found in _findings(self.machine, job) if found not in told]
        return tuple(told)


def verify(
    session: Session,
    machine: Reachable,
    *,
    jobs: Sequence[str] = (),
    check: str = "repository",
    paths: Sequence[str] = (),
    scratch: str | None = None,
    on_answer: Callable[[Answer], None] | None = None,
) -> Verified:
    """Let a machine verify its jobs: all, or those named.

    `paths` limits what is extracted, `scratch` is the folder of the machine for it. Raises DiagnosticError CB472 where the
    machine cannot, and where it refuses the whole.
    """
    request: dict[str, Any] = {"jobs": list(jobs) or None, "check": check}
    if paths:
        request["paths"] = list(paths)
    if scratch is not None:
        request["scratch"] = scratch
    try:
        answers = ask(session, machine, "verify", request, on_answer=on_answer)
    except ContractOnlyError:
        raise DiagnosticError(beyond_the_contract(machine.name, "verify its backups")) from None
    found = judged(answers, [*jobs] or sorted(machine.plan.jobs), check)
    if not found.jobs:
        raise DiagnosticError(*(answers.problems() or (_without_jobs(machine.name),)))
    return found


def judged(answers: Answers, planned: Sequence[str], check: str = "none") -> Verified:
    """What a machine's answers mean. A job of `planned` that they say nothing good of is not good: silence is no success.

    Nor is one whose repository was not checked as `check` asks for, or anything where the machine says itself that it failed.
    """
    found: dict[str, VerifiedJob] = {}

    def job_of(line: Answer) -> VerifiedJob:
        name = str(line.get("job"))
        return found.setdefault(name, VerifiedJob(name))

    for line in answers.of("check"):
        job = job_of(line)
        what, ok, message = str(line.get("what")), line.get("ok") is True, str(line.get("message") or "")
        seconds = job.seconds + _seconds(line)
        found[job.job] = attrs.evolve(job, checked=what, check_ok=ok, check_message=message, seconds=seconds)
    for line in answers.of("difference"):
        job = job_of(line)
        words = (str(line.get(key)) for key in ("path", "against", "what", "expected", "found"))
        found[job.job] = attrs.evolve(job, differences=(*job.differences, Difference(*words)))
    for line in answers.of("verified"):
        job = job_of(line)
        if type(line.get("differences")) is not int:
            continue
        found[job.job] = attrs.evolve(
            job,
            archive=str(line.get("archive")),
            start=line["start"] if isinstance(line.get("start"), str) else None,
            counts={name: _number(line.get(name)) for name in _COUNTS},
            seconds=job.seconds + _seconds(line),
            difference_count=max(_number(line.get("differences")), len(job.differences)),
        )
    problems = answers.problems()
    for line, problem in zip(answers.of("error"), problems, strict=True):
        if isinstance(line.get("job"), str):
            job = job_of(line)
            found[job.job] = attrs.evolve(job, problem=problem)
    for name in planned:
        job = found.setdefault(name, VerifiedJob(name))
        silent = job.archive is None and job.check_ok is not False
        if job.problem is None and (silent or (check != "none" and job.checked != check)):
            reason = problems[0] if problems else _unheard(answers.machine, name)
            found[name] = attrs.evolve(job, problem=reason)
    if answers.exit != 0 and all(job.good for job in found.values()):
        found = {name: attrs.evolve(job, problem=_unheard(answers.machine, name)) for name, job in found.items()}
    warnings = tuple(str(line.get("message")) for line in answers.of("warning"))
    return Verified(answers.machine, tuple(found.values()), warnings)


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _seconds(line: Answer) -> float:
    value = line.get("seconds")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9 else 0.0


def _findings(machine: str, job: VerifiedJob) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    if job.problem is not None:
        found.append(job.problem)
    if job.check_ok is False:
        found.append(
            error(
                "CB485",
                f"{machine}: the repository of job {job.job} does not stand the check",
                notes=tuple(job.check_message.splitlines()[-8:]),
                help="make a copy of the repository before anything else; `borg check --repair` may lose what it cannot mend",
            )
        )
    if job.difference_count:
        shown = [f"{one.path}: {one.what} is {one.found}, not {one.expected} ({one.against})" for one in job.differences[:5]]
        more = job.difference_count - len(shown)
        found.append(
            error(
                "CB485",
                f"{machine}: {job.difference_count} differences in what came out of {job.archive}",
                notes=(*shown, *((f"and {more} more: --json and --report name up to a thousand",) if more > 0 else ())),
                help="look at the files named: the archive holds something else than it should",
            )
        )
    return found


def _unheard(machine: str, job: str) -> Diagnostic:
    return error(
        "CB480",
        f"{machine} has not verified job {job}",
        help="deploy what `clanback render` writes for it, then run the command again",
    )


def _without_jobs(machine: str) -> Diagnostic:
    return error("CB467", f"{machine} has no jobs to verify", help="deploy what `clanback render` writes for it")
