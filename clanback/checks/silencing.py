"""Findings that are silenced where they are: `# clanback: ignore[CB412] reason` on the line, or alone on a line above it.

Only real comments count, not text inside strings. What keeps a clan from being understood (the errors of the stages) cannot be
silenced; `Outcome` sees to that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import Span, did_you_mean, info, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clanback.diagnostics import Diagnostic, Source

MARK = "clanback:"
_COMMENT = re.compile(r"#[ \t]*clanback:[ \t]*(.*)")
_IGNORE = re.compile(r"ignore\[([^\]]*)\][ \t]*(.*)")
_GAP = re.compile(r"/\*.*?\*/|#[^\r\n]*", re.DOTALL)


@attrs.frozen
class Silence:
    """One comment: findings of `codes` that begin on `line` of a source are not reported."""

    source: Source
    span: Span
    line: int
    codes: tuple[str, ...]

    def covers(self, found: Diagnostic) -> bool:
        """Whether a finding is one of those."""
        span = found.span
        return (
            span is not None
            and span.source.name == self.source.name
            and found.code.startswith(self.codes)
            and span.line == self.line
        )


def silences(sources: Iterable[Source]) -> tuple[list[Silence], list[Diagnostic]]:
    """The comments of all sources, and what is wrong with some."""
    found: list[Silence] = []
    wrong: list[Diagnostic] = []
    for source in sources:
        if MARK not in source.text:
            continue
        for span, text in _comments(source):
            ignore = _IGNORE.fullmatch(text)
            if ignore is None:
                wrong.append(
                    warning(
                        "CB453",
                        "this comment is for clanback, but it says nothing that is understood",
                        span,
                        help="write `# clanback: ignore[CB412] reason`, on the line of the finding or the one above",
                    )
                )
                continue
            codes = tuple(code.strip() for code in ignore[1].split(",") if code.strip())
            wrong.extend(_judged(codes, ignore[2].strip(), span))
            if codes:
                found.append(Silence(source, span, _line(source, span), codes))
    return found, wrong


def unused(given: Iterable[Silence], diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """A warning for each comment that covers none of the diagnostics."""
    known = [found for found in diagnostics if found.span is not None]
    for silence in given:
        if not any(silence.covers(found) for found in known):
            yield warning(
                "CB452",
                f"there is no finding {' or '.join(silence.codes)} on line {silence.line} that could be ignored",
                silence.span,
                help="take the comment out, or put it on the line that the finding names",
            )


def _judged(codes: tuple[str, ...], reason: str, span: Span) -> Iterator[Diagnostic]:
    from clanback.checks import registry

    if not codes:
        yield warning("CB453", "this comment names no code to ignore", span, help="write `# clanback: ignore[CB412] reason`")
    for code in codes:
        if registry.find(code) is None and not (len(code) < 5 and registry.family(code[2:3]) and code.startswith("CB")):
            near = did_you_mean(code, [one.code for one in registry.every()], at_most=1)
            yield warning(
                "CB453",
                f"there is no code {code}",
                span,
                help=f"did you mean `{near}`?" if near else "`clanback explain` lists the codes",
            )
    if codes and not reason:
        yield info(
            "CB453", "this comment does not say why something is ignored", span, help="write the reason behind the bracket"
        )


def _comments(source: Source) -> Iterator[tuple[Span, str]]:
    """The comments that begin with our mark, and what follows it. They lie between tokens, never inside a text."""
    from clanback.nix.token_places import token_places

    tokens, _ = token_places(source, pipe_operators=True)
    ends = [0, *(token.end for token in tokens)]
    begins = [*(token.start for token in tokens), len(source.text)]
    for end, begin in zip(ends, begins, strict=True):
        if begin - end < len(MARK):
            continue
        for gap in _GAP.finditer(source.text, end, begin):
            comment = _COMMENT.fullmatch(gap[0].rstrip())
            if comment is not None:
                yield Span(source, gap.start(), gap.start() + len(gap[0].rstrip())), comment[1].strip()


def _line(source: Source, span: Span) -> int:
    """The line a comment is about: its own, or where it stands alone the next one with something else on it."""
    line = span.line
    last = len(source.line_starts())
    if source.line(line)[: span.column - 1].strip():
        return line
    while line < last:
        line += 1
        text = source.line(line).strip()
        if text and not text.startswith("#"):
            return line
    return span.line
