"""Mistakes with one right way out: what to write in place of what a finding marks.

A fix is offered only where it is certain: a name that is almost another one, a form that is deprecated, what is ignored anyway.
Whoever applies one judges the result again, and leaves it if that is worse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from clanback.modules.show import dotted, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clanback.diagnostics import Diagnostic, Span

_MEANT = re.compile(r"did you mean `([^`]+)`\?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_PLAIN_STRING = re.compile(r'"[^"$\\]*"')


@attrs.frozen
class Fix:
    """`text` in place of `span`; `title` says what that does."""

    title: str
    span: Span
    text: str


def fix_of(found: Diagnostic) -> Fix | None:
    """How to mend a finding; None where more than one way leads out, or none is known."""
    if found.span is None or found.span.source.path is None:
        return None
    maker = _FIXES.get(found.code)
    return maker(found, found.span) if maker is not None else None


def _meant(found: Diagnostic, span: Span) -> Fix | None:
    """The name that is known and almost the same."""
    match = _MEANT.search(found.help or "")
    if match is None:
        return None
    meant, written = match[1], span.text
    if _NAME.fullmatch(written) and (_NAME.fullmatch(meant) or found.code in _IN_TOML):
        text = dotted((meant,))
    elif _PLAIN_STRING.fullmatch(written):
        text = quoted(meant)
    else:
        return None
    return Fix(f"change to {meant}", span, text)


def _meant_inside(found: Diagnostic, span: Span) -> Fix | None:
    """The name that is almost the same, where the finding marks more than the name: it must be there once."""
    match = _MEANT.search(found.help or "")
    wrong = re.search(r"names `([^`]+)`|there is no code (\S+)$", found.message)
    if match is None or wrong is None:
        return None
    written = wrong[1] or wrong[2]
    if len(re.findall(rf"(?<![\w-]){re.escape(written)}(?![\w-])", span.text)) != 1:
        return None
    at = span.start + span.text.index(written)
    return Fix(f"change to {match[1]}", attrs.evolve(span, start=at, end=at + len(written)), match[1])


def _as_list(found: Diagnostic, span: Span) -> Fix | None:
    """A text where a list of texts is wanted."""
    if _PLAIN_STRING.fullmatch(span.text) and f"[ {span.text} ]" in (found.help or ""):
        return Fix("write it as a list", span, f"[ {span.text} ]")
    return None


def _without_last_slash(found: Diagnostic, span: Span) -> Fix | None:
    return Fix("leave out the last slash", span, span.text.rstrip("/")) if re.fullmatch(r"[^\s/]*/.*[^/]/+", span.text) else None


def _domain(found: Diagnostic, span: Span) -> Fix | None:
    return Fix("change to domain", span, "domain") if span.text == "tld" else None


def _without_user(found: Diagnostic, span: Span) -> Fix | None:
    """The address of a server without the user: clients log in as borg whatever stands there."""
    match = re.fullmatch(r'"[A-Za-z0-9._-]+@([A-Za-z0-9._:-]+)"', span.text)
    return Fix("leave out the user", span, f'"{match[1]}"') if match and "it holds a user" in found.message else None


def _without_argument(found: Diagnostic, span: Span) -> Fix | None:
    """A rule without what systemd-tmpfiles ignores in it."""
    match = re.match(r"leave out “(.+)”", found.help or "")
    if match is None or not _PLAIN_STRING.fullmatch(span.text) or not span.text.endswith(f' {match[1]}"'):
        return None
    return Fix("leave out what is ignored", span, span.text[: -len(match[1]) - 1].rstrip() + '"')


def _without_comment(found: Diagnostic, span: Span) -> Fix | None:
    """The source without a comment: the whole line where nothing else is on it, else with the spaces before it."""
    text = span.source.text
    begin = text.rfind("\n", 0, span.start) + 1
    before = text[begin : span.start]
    if not before.strip():
        end = text.find("\n", span.end) + 1 or len(text)
        return Fix("take the comment out", attrs.evolve(span, start=begin, end=end), "")
    return Fix("take the comment out", attrs.evolve(span, start=begin + len(before.rstrip()), end=span.end), "")


_IN_TOML = frozenset({"CB231", "CB233"})
_FIXES: Mapping[str, Callable[[Diagnostic, Span], Fix | None]] = {
    **dict.fromkeys(("CB201", "CB214", "CB215", "CB216", "CB218", "CB231", "CB233", "CB241", "CB242"), _meant),
    **dict.fromkeys(("CB453", "CB454"), _meant_inside),
    "CB004": _without_last_slash,
    "CB202": _as_list,
    "CB209": _domain,
    "CB416": _without_user,
    "CB430": _without_argument,
    "CB452": _without_comment,
}
FIXABLE = frozenset(_FIXES)
"""Codes of which some findings can be mended."""
