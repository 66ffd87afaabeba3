"""Nix and shell text made from values: the only ways in which a value gets into a rendered file.

Templates may output nothing but `NixExpression`s (`environment.finalize` refuses the rest), and only the functions here make
them, so that no name, path or key of the input can ever be read as code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KEYWORDS = frozenset({"assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"})
_NAME_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NAME_REST = _NAME_START | frozenset("0123456789'-")
_PATH_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_SHELL_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_")


class NixExpression(str):
    """Text that is known to be Nix. Made only by this module and by templates themselves."""

    __slots__ = ()


def string(text: str) -> NixExpression:
    """A double-quoted string that Nix reads as exactly `text`. CB604 for what no Nix string can hold (NUL, lone surrogates)."""
    if text.isascii() and text.isprintable():
        escaped = text if '"' not in text and "\\" not in text else text.translate(_ESCAPES)
    else:
        _refuse_impossible(text)
        escaped = text.translate(_ESCAPES)
    if "${" in escaped:
        # A second `$` in front would turn the pair `$$` literal and leave `\{`: escaping the last one only is right for both.
        escaped = escaped.replace("${", "\\${")
    return NixExpression(f'"{escaped}"')


def _refuse_impossible(text: str) -> None:
    if "\0" in text or any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        shown = text.encode("unicode_escape", "replace").decode("ascii")
        raise DiagnosticError(
            error(
                "CB604",
                f'the text "{shown}" holds a character that no Nix string can hold',
                help="remove the NUL or broken character",
            )
        )


def name(text: str) -> NixExpression:
    """An attribute's name: bare where Nix allows it, else quoted. A `NixExpression` is a path of names already."""
    if isinstance(text, NixExpression):
        return text
    if text and text[0] in _NAME_START and text not in _KEYWORDS and _NAME_REST.issuperset(text):
        return NixExpression(text)
    return string(text)


def path(text: str) -> NixExpression:
    """A path expression for `text`, which begins with `/`, `./` or `../`; in parentheses where a literal cannot say it."""
    parts = text.split("/")
    if len(text) > 1 and all(_PATH_CHARACTERS.issuperset(p) for p in parts) and all(parts[1:]):
        return NixExpression(text if parts[-1] not in {".", ".."} else f"{text}/.")
    for at, part in enumerate(parts):
        if part not in {"", ".", ".."} or (part == "" and at > 0):
            base, rest = "/".join(parts[:at]), "/".join(parts[at:])
            return NixExpression(f"({base}/. + {string('/' + rest)})")
    return NixExpression(f"{text.rstrip('/')}/.")


def literal(value: Any, indent: int = 0) -> NixExpression:
    """A JSON-like value as Nix source in nixfmt's style; lines after the first are indented by `indent` spaces.

    Lists of several elements and sets are spread over lines. A `NixExpression` stays as it is.
    """
    if isinstance(value, NixExpression):
        return value
    if isinstance(value, str):
        return string(value)
    if value is None:
        return NixExpression("null")
    if value is True or value is False:
        return NixExpression("true" if value else "false")
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, (list, tuple)):
        return _list(value, indent)
    if isinstance(value, dict) or hasattr(value, "items"):
        return _attribute_set(value, indent)
    raise TypeError(f"no Nix literal for {type(value).__name__}")


def _integer(value: int) -> NixExpression:
    if not -(2**63) <= value < 2**63:
        raise DiagnosticError(
            error("CB604", f"the number {value} does not fit into 64 bits, which is all Nix has", help="write a smaller number")
        )
    if value == -(2**63):
        return NixExpression("(-9223372036854775807 - 1)")
    return NixExpression(value)


def _float(value: float) -> NixExpression:
    if value != value or value in {float("inf"), float("-inf")}:
        raise DiagnosticError(error("CB604", f"the number {value} cannot be written in Nix", help="write an ordinary number"))
    text = repr(value)
    mantissa, exponent_mark, exponent = text.partition("e")
    return NixExpression(mantissa if "." in mantissa else f"{mantissa}.0") + (exponent_mark + exponent)  # type: ignore[return-value]


def _list(values: Iterable[Any], indent: int) -> NixExpression:
    inner = indent + 2
    parts = [_element(v, inner) for v in values]
    if not parts:
        return NixExpression("[ ]")
    if len(parts) == 1 and "\n" not in parts[0] and len(parts[0]) + indent < 90:
        return NixExpression(f"[ {parts[0]} ]")
    pad = "\n" + " " * inner
    return NixExpression(f"[{pad}{pad.join(parts)}\n{' ' * indent}]")


def _element(value: Any, indent: int) -> str:
    text = literal(value, indent)
    if isinstance(value, NixExpression):
        return f"({text})" if " " in text and text[0] not in '"([{' else text
    return f"({text})" if text.startswith("-") else text


def _attribute_set(values: Mapping[str, Any], indent: int) -> NixExpression:
    inner = indent + 2
    if not values:
        return NixExpression("{ }")
    pad = "\n" + " " * inner
    bindings = [f"{name(k)} = {literal(v, inner)};" for k, v in values.items()]
    return NixExpression(f"{{{pad}{pad.join(bindings)}\n{' ' * indent}}}")


def indented(text: str, indent: int) -> NixExpression:
    """The lines of an indented string (without its quotes) that Nix reads as `text`, each with `indent` spaces in front.

    The last line of `text` must end with a line feed. Only spaces are stripped by Nix, so tabs inside stay.
    """
    pieces: list[str] = []
    for piece in text.split("${"):
        # A quote just before `''${` would make it `'''` and an interpolation: such a quote is escaped by itself.
        quotes = len(piece) - len(piece.rstrip("'"))
        body = piece[:-1] if quotes % 2 else piece
        pieces.append(body.replace("''", "'''") + ("''\\'" if quotes % 2 else ""))
    escaped = "''${".join(pieces)
    pad = " " * indent
    lines = [f"{pad}{line}" if line else "" for line in escaped.split("\n")[:-1]]
    return NixExpression("\n".join(lines))


def comment(text: str) -> NixExpression:
    """`text` for a `#` comment: anything that could end the line or confuse a terminal is escaped."""
    if text.isprintable():
        return NixExpression(text)
    return NixExpression("".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text))


def shell_word(text: str) -> str:
    """`text` as one word of a POSIX shell. The one function by which a value gets into shell text."""
    if text and _SHELL_SAFE.issuperset(text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"
