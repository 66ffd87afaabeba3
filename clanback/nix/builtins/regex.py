"""`builtins.match` and `builtins.split`: POSIX extended regular expressions, as Nix (libstdc++) understands them.

`ere.py` reads patterns, `ere_automaton.py` runs them; both are imported by the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import describe, force_string, force_string_no_context
from clanback.nix.builtins.registry import builtin
from clanback.nix.errors import EvalError, LimitError

if TYPE_CHECKING:
    from clanback.nix.builtins.ere_automaton import Captures, Pattern
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

_CACHE: dict[str, Pattern | None] = {}
_CACHE_LIMIT = 500
_LONGEST = 100_000
"""Characters of a regular expression; its automaton takes a hundred times as much room."""


@builtin("match", 2)
def match(evaluator: Evaluator, pattern: Any, text: Any) -> Value:
    """`match regex string`: the list of the groups (null for one that took no part) when the whole string matches, else null."""
    compiled = _compile(force_string_no_context(evaluator, pattern))
    subject = _subject(force_string(evaluator, text))
    before = compiled.spent
    try:
        found = compiled.match(subject)
    except Exception as problem:
        raise _limit_error(problem, pattern=evaluator.force(pattern)) from None
    finally:
        evaluator.matching += compiled.spent - before
    _check(evaluator)
    return None if found is None else _groups(subject, found)


@builtin("split", 2)
def split(evaluator: Evaluator, pattern: Any, text: Any) -> Value:
    """`split regex string`: the pieces between the matches, and for each match the list of its groups."""
    compiled = _compile(force_string_no_context(evaluator, pattern))
    whole = force_string(evaluator, text)
    subject = _subject(whole)
    pieces: list[Any] = []
    at = 0
    before = compiled.spent
    try:
        for found in compiled.search_all(subject):
            start, end = found[0] or (0, 0)
            pieces.append(_text(subject[at:start]))
            pieces.append(_groups(subject, found))
            at = end
    except Exception as problem:
        raise _limit_error(problem, pattern=evaluator.force(pattern)) from None
    finally:
        evaluator.matching += compiled.spent - before
    _check(evaluator)
    if not pieces:
        return (whole,)
    pieces.append(_text(subject[at:]))
    return tuple(pieces)


def _compile(pattern: str) -> Pattern:
    """The compiled pattern, from the cache when it was used before."""
    if pattern not in _CACHE:
        from clanback.nix.builtins.ere import PatternError, unicode_to_bytes
        from clanback.nix.builtins.ere_automaton import Pattern

        if len(pattern) > _LONGEST:
            raise LimitError("CB194", f"a regular expression of {len(pattern)} characters is too long: at most {_LONGEST}")
        if len(_CACHE) >= _CACHE_LIMIT:
            _CACHE.clear()
        try:
            _CACHE[pattern] = Pattern(unicode_to_bytes(pattern))
        except PatternError as problem:
            if problem.too_large:
                raise EvalError("CB150", f"memory limit exceeded by regular expression {describe(pattern)}") from None
            raise EvalError("CB150", f"invalid regular expression {describe(pattern)}: {problem}") from None
    compiled = _CACHE[pattern]
    assert compiled is not None
    return compiled


def _subject(text: str) -> str:
    if text.isascii():
        return str.__str__(text)
    from clanback.nix.builtins.ere import unicode_to_bytes

    return unicode_to_bytes(text)


def _text(piece: str) -> str:
    if piece.isascii():
        return piece
    from clanback.nix.builtins.ere import bytes_to_unicode

    return bytes_to_unicode(piece)


def _groups(subject: str, found: Captures) -> tuple[str | None, ...]:
    return tuple(None if span is None else _text(subject[span[0] : span[1]]) for span in found[1:])


def _check(evaluator: Evaluator) -> None:
    """Many calls that are each just short enough must end too."""
    if evaluator.matching > evaluator.limits.matching:
        raise LimitError("CB194", f"matching regular expressions takes more than {evaluator.limits.matching} steps in all")


def _limit_error(problem: Exception, pattern: Value) -> Exception:
    from clanback.nix.builtins.ere_automaton import TooManySteps

    if isinstance(problem, TooManySteps):
        return LimitError("CB194", f"matching the regular expression {describe(pattern)} takes too many steps")
    return problem
