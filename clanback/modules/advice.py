"""What to do about a wrong type or name: how the value would be right where that is certain, else what a right one looks like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, did_you_mean, error, warning
from clanback.modules.show import dotted, shown
from clanback.nix.values import Attrs, Builtin, Closure, PathValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.diagnostics import Diagnostic, Span
    from clanback.modules.interface import OptionSet
    from clanback.modules.types import Type
    from clanback.nix.evaluator import Evaluator

_MOST = 4
"""Longer lists and sets are not written out."""


def right_form(evaluator: Evaluator, type_: Type, value: Any) -> str:
    """How to write `value`, which `type_` does not accept, as one that it does.

    A value is suggested only if the type takes it as a whole, elements of lists included.
    """
    if isinstance(value, (Closure, Builtin)) and not isinstance(value, Attrs):
        return f"give the function its arguments, or write {type_.example or type_.description}"
    try:
        for words, candidate in _candidates(evaluator, value):
            if type_.takes_whole(candidate):
                return f"{words}: {_written(evaluator, candidate)}"
    except DiagnosticError:
        pass
    return f"a right value looks like {type_.example}" if type_.example else f"write {type_.description}"


def _written(evaluator: Evaluator, candidate: Any) -> str:
    if isinstance(candidate, Attrs) and candidate:
        return f"{{ {' '.join(f'{dotted((name,))} = {{ }};' for name in candidate)} }}"
    return shown(evaluator, candidate)


def unknown_name(
    path: Sequence[str], key: str, subject: str, span: Span | None, declared: OptionSet, *, unread: bool = False
) -> Diagnostic:
    """The error about a name that a set of options does not have, or no longer has.

    Where there are modules that are `unread`, one of them may declare the option: that is no more than a warning, unless the
    name is one that is known to be wrong.
    """
    removed = declared.removed.get(key)
    if removed is not None:
        return error("CB207", f"`{dotted((*path, key))}` was removed", span, help=removed)
    near = did_you_mean(key, declared.options)
    where = f"in `{dotted(path)}`{subject}" if path else subject.strip() or "at the top level"
    known = ", ".join(f"`{dotted((name,))}`" for name, option in sorted(declared.options.items()) if option.is_shown)
    advice = declared.elsewhere.get(key) or (f"did you mean `{near}`?" if near else None)
    if unread and advice is None:
        return warning(
            "CB201",
            f"unknown attribute `{dotted((key,))}` {where}",
            span,
            notes=["a module that only Nix can read may declare it"],
            help="nothing is to be done if one does; else remove it",
        )
    rest = declared.otherwise.replace("{name}", dotted((key,))) if declared.otherwise else ""
    return error(
        "CB201",
        f"unknown attribute `{dotted((key,))}` {where}",
        span,
        notes=[] if advice else [f"known are {known}"] if known else [],
        help=advice or rest or ("use one of these names, or remove it" if known else "remove it: nothing can be set here"),
    )


def _candidates(evaluator: Evaluator, value: Any) -> Iterator[tuple[str, Any]]:
    """What may have been meant by a value, in words and as the other value, the likeliest first."""
    if isinstance(value, bool):
        yield "put it in quotes", "true" if value else "false"
    elif isinstance(value, (int, float)):
        if value in (0, 1) and isinstance(value, int):
            yield "write it as a Boolean", value == 1
        yield "put it in quotes", f"{value:g}" if isinstance(value, float) else str(value)
        yield "write it as a list", (value,)
        yield "write it as a list of strings", (str(value),)
    elif isinstance(value, str):
        yield from _of_string(str(value))
    elif isinstance(value, PathValue):
        yield "put it in quotes", value.path
        yield "put it in quotes, in a list", (value.path,)
    elif isinstance(value, tuple):
        yield from _of_list(evaluator, value)
    elif isinstance(value, Attrs) and value and len(value) <= _MOST and "_type" not in value:
        inner = [evaluator.force(value[name]) for name in value]
        if all(isinstance(one, Attrs) and not one for one in inner):
            yield "write it as a list", tuple(value)


def _of_string(text: str) -> Iterator[tuple[str, Any]]:
    if text in ("true", "false", "True", "False"):
        yield "leave out the quotes", text.lower() == "true"
    if re.fullmatch(r"-?(?:0|[1-9][0-9]{0,17})", text):
        yield "leave out the quotes", int(text)
    if text == "null":
        yield "leave out the quotes", None
    if "," in text and len(words := tuple(word for word in text.replace(",", " ").split())) <= _MOST:
        yield "write it as a list", words
    yield "write it as a list", (text,)
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", text):
        yield "write it as an attribute set", Attrs({text: Attrs()})


def _of_list(evaluator: Evaluator, value: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    elements = [evaluator.force(element) for element in value[: _MOST + 1]]
    if len(elements) == 1:
        yield "leave out the brackets", elements[0]
    if not elements:
        yield "write an empty set", Attrs()
    elif len(elements) < _MOST and all(isinstance(element, str) for element in elements):
        yield "write it as an attribute set", Attrs({str(element): Attrs() for element in elements})
