"""Applying fixes to the files they are in: nothing else in a file changes, and only what gets better is kept."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import attrs

from clanback.checks.fixes import fix_of
from clanback.diagnostics import Severity
from clanback.nix.reads import content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from clanback.checks.fixes import Fix
    from clanback.diagnostics import Diagnostic
    from clanback.stages import Outcome


@attrs.frozen
class MendedFile:
    """A file with its fixes: `name` as people call it, the texts before and after."""

    path: str
    name: str
    before: str
    after: str


@attrs.frozen
class Mending:
    """What can be mended, and what is left alone, each with the reason."""

    files: tuple[MendedFile, ...] = ()
    fixed: tuple[Diagnostic, ...] = ()
    left: tuple[tuple[Diagnostic, str], ...] = ()


def mend(root: str, found: Iterable[Diagnostic], outcome: Outcome, again: Callable[[Mapping[str, str]], Outcome]) -> Mending:
    """Fix what can be fixed of `found`, in memory: reads files, writes none.

    `outcome` is what `found` comes from, `again` makes it anew with other texts in place of those of files (`stages.follow`).
    Files outside the repository, and files that are no longer what was read, are left alone; so are fixes after which there would
    be more errors than before.
    """
    fixes: list[tuple[Diagnostic, Fix]] = []
    left: list[tuple[Diagnostic, str]] = []
    checked: dict[str, str | None] = {}
    for one in found:
        fix = fix_of(one)
        if fix is None or fix.span.source.path is None:
            continue
        path = os.path.realpath(fix.span.source.path)
        if path not in checked:
            checked[path] = _refusal(path, root, fix.span.source.text)
        why = checked[path]
        if why is None and _overlaps(fix, (other for _, other in fixes)):
            why = "it is about the same place as another finding: run it again"
        if why is None:
            fixes.append((one, fix))
        else:
            left.append((one, why))
    before = _badness(outcome)

    def is_better(chosen: Sequence[tuple[Diagnostic, Fix]]) -> bool:
        overlay = {file.path: file.after for file in _applied(chosen)}
        return _badness(again(overlay)) <= before

    if fixes and not is_better(fixes):
        kept: list[tuple[Diagnostic, Fix]] = []
        for pair in fixes:
            if is_better([*kept, pair]):
                kept.append(pair)
            else:
                left.append((pair[0], "there would be more errors than before"))
        fixes = kept
    return Mending(tuple(_applied(fixes)), tuple(one for one, _ in fixes), tuple(left))


def write(files: Iterable[MendedFile]) -> None:
    """Put mended files in place, each whole, with its permissions; one that has changed meanwhile stays as it is (OSError)."""
    from clanback.system.files import replace

    for file in files:
        if content(file.path) != file.before.encode("utf-8", "surrogateescape"):
            raise OSError(f"{file.name} has changed meanwhile: run it again")
        replace(file.path, file.after.encode("utf-8", "surrogateescape"), mode=os.stat(file.path).st_mode & 0o7777)


def _badness(outcome: Outcome) -> tuple[bool, int, int]:
    """How far a clan is from being right: what is understood of it counts first, what the checks say of that last."""
    errors = [sum(one.severity is Severity.ERROR for one in some) for some in (outcome.found, outcome.judged)]
    return outcome.stopped, errors[0], errors[1]


def _refusal(path: str, root: str, text: str) -> str | None:
    if not path.startswith(os.path.realpath(root).rstrip("/") + "/"):
        return "the file lies outside the repository"
    found = content(path)
    if found is None:
        return "the file cannot be read any more"
    return None if found == text.encode("utf-8", "surrogateescape") else "the file has changed since it was read"


def _overlaps(fix: Fix, others: Iterable[Fix]) -> bool:
    """Whether two fixes touch one another; the same insertion twice does, too."""
    span = fix.span
    return any(
        other.span.source.path == span.source.path and other.span.start <= span.end and span.start <= other.span.end
        for other in others
    )


def _applied(fixes: Sequence[tuple[Diagnostic, Fix]]) -> list[MendedFile]:
    by_path: dict[str, list[Fix]] = {}
    for _, fix in fixes:
        assert fix.span.source.path is not None
        by_path.setdefault(os.path.realpath(fix.span.source.path), []).append(fix)
    files = []
    for path, some in by_path.items():
        source = some[0].span.source
        text = source.text
        for fix in sorted(some, key=lambda one: one.span.start, reverse=True):
            text = text[: fix.span.start] + fix.text + text[fix.span.end :]
        files.append(MendedFile(path, source.name, source.text, text))
    return files
