"""Builtins between values and text formats: `toJSON`, `fromJSON`, `toXML`, `fromTOML`.

All as Nix 2.26 does. Where Nix 2.8 differs: it wrote floats with six digits and `\\b`, `\\f` as `\\u0008`, `\\u000c`; it read an
integer of 64 bits without sign as a negative one, cut strings off at `\\u0000`, and took too large integers of TOML for the
largest there is; all three are errors here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import UnknownEncountered, force_known, force_string, force_string_no_context
from clanback.nix.builtins.registry import builtin
from clanback.nix.errors import EvalError, LimitError
from clanback.nix.operators import context_of
from clanback.nix.runtime import INT_MAX, INT_MIN, force
from clanback.nix.values import Attrs, ContextString, PathValue, Unknown, type_name

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


@builtin("toJSON", 1)
def _to_json(evaluator: Evaluator, value: Any) -> Value:
    pieces: list[str] = []
    context: set[str] = set()
    write_json(evaluator, value, pieces, context)
    text = "".join(pieces)
    return ContextString(text, frozenset(context)) if context else text


def write_json(evaluator: Evaluator, x: Any, pieces: list[str], context: set[str], depth: int = 0) -> None:
    """Append the JSON of a value (forced deeply, sets in order of their names) to `pieces`, the context to `context`."""
    check_depth(evaluator, depth)
    value = force(x)
    kind = type(value)
    if kind is str or kind is ContextString:
        context |= context_of(value)
        pieces.append(quote_json(value))
    elif value is True:
        pieces.append("true")
    elif value is False:
        pieces.append("false")
    elif value is None:
        pieces.append("null")
    elif kind is int:
        pieces.append(str(value))
    elif kind is tuple:
        pieces.append("[")
        for index, item in enumerate(value):
            if index:
                pieces.append(",")
            write_json(evaluator, item, pieces, context, depth + 1)
        pieces.append("]")
    elif isinstance(value, Attrs):
        if "__toString" in value:
            text = evaluator.coerce_to_string(value, copy_paths=False)
            context |= context_of(text)
            pieces.append(quote_json(text))
        elif "outPath" in value:
            write_json(evaluator, value["outPath"], pieces, context, depth + 1)
        else:
            pieces.append("{")
            for index, name in enumerate(sorted(value)):
                pieces.append(f"{',' if index else ''}{quote_json(name)}:")
                try:
                    write_json(evaluator, value[name], pieces, context, depth + 1)
                except EvalError as error:
                    error.note(f"while writing the attribute '{name}' as JSON", value.name_span(name))
                    raise
            pieces.append("}")
    elif kind is float:
        pieces.append(float_text(value))
    elif kind is PathValue:
        text = evaluator.coerce_to_string(value, copy_paths=True)
        context |= context_of(text)
        pieces.append(quote_json(text))
    elif kind is Unknown:
        raise UnknownEncountered(value)
    else:
        raise EvalError("CB153", f"cannot convert {type_name(value)} to JSON")


def check_depth(evaluator: Evaluator, depth: int) -> None:
    """Whether a value may be as deep as this: one that contains itself has no end, and no text."""
    evaluator.tick()
    if depth > evaluator.limits.call_depth:
        raise LimitError("CB193", f"lists and sets lie within each other more than {depth - 1} deep; is the value endless?")


def float_text(value: float) -> str:
    """A float as JSON, as nlohmann's library writes it: shortest digits, an exponent from 1e15 up and below 1e-4."""
    if value != value or value in (float("inf"), float("-inf")):
        return "null"
    text = repr(value)
    if "e" not in text and abs(value) >= 1e15:
        digits = text.removesuffix(".0").lstrip("-")
        exponent = len(digits) - 1
        mantissa = digits.rstrip("0")
        mantissa = mantissa[0] + ("." + mantissa[1:] if len(mantissa) > 1 else "")
        text = f"{'-' if value < 0 else ''}{mantissa}e+{exponent:02d}"
    return text


_ESCAPES = {
    **{chr(code): f"\\u{code:04x}" for code in range(32)},
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
_ESCAPE_TABLE = {ord(char): text for char, text in _ESCAPES.items()}


def quote_json(text: str) -> str:
    """A JSON string; only what must be escaped is."""
    plain = str.__str__(text)
    if not plain.isascii():
        try:
            plain.encode()
        except UnicodeEncodeError:
            raise EvalError("CB153", "cannot convert a string that is not UTF-8 to JSON") from None
    return f'"{plain.translate(_ESCAPE_TABLE)}"'


@builtin("fromJSON", 1)
def _from_json(evaluator: Evaluator, text: Any) -> Value:
    return parse_json(force_string_no_context(evaluator, text))


def parse_json(text: str) -> Value:
    """The Nix value of a JSON text; of equal names the last one counts. Raises `EvalError` CB151."""
    import json

    decoder = json.JSONDecoder(
        object_pairs_hook=Attrs, parse_int=_json_int, parse_float=_json_float, parse_constant=_refuse_constant
    )
    # A byte order mark is skipped, as Nix does.
    content = str.__str__(text).removeprefix("\ufeff")
    _check_nesting(content)
    try:
        start = len(content) - len(content.lstrip(" \t\r\n"))
        found, end = decoder.raw_decode(content, start)
        rest = content[end:].lstrip(" \t\r\n")
        if rest:
            raise json.JSONDecodeError("Extra data", content, len(content) - len(rest))
    except json.JSONDecodeError as problem:
        expected = _JSON_MESSAGES.get(problem.msg, problem.msg)
        where = f"line {problem.lineno}, column {problem.colno}"
        raise EvalError("CB151", f"failed to parse JSON: {expected} at {where}") from None
    except RecursionError:
        raise LimitError("CB193", "failed to parse JSON: values are nested too deeply") from None
    return _from_python(found)


_NESTING_LIMIT = 3_000


def _check_nesting(content: str) -> None:
    """Refuse what would exhaust the stack of Python's parser, which is written in C and knows no such limit."""
    if content.count("[") + content.count("{") <= _NESTING_LIMIT:
        return
    import re

    depth = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', content, re.DOTALL):
        first = found.group()[0]
        depth += (first in "[{") - (first in "]}")
        if depth > _NESTING_LIMIT:
            raise LimitError("CB193", f"failed to parse JSON: values are nested more than {_NESTING_LIMIT} deep")


_JSON_MESSAGES = {
    "Expecting value": "a value is expected",
    "Expecting property name enclosed in double quotes": "a name in double quotes is expected",
    "Expecting ':' delimiter": "':' is expected",
    "Expecting ',' delimiter": "',' or the closing bracket is expected",
    "Extra data": "the end of the text is expected",
    "Illegal trailing comma before end of object": "a name is expected after a comma",
    "Illegal trailing comma before end of array": "a value is expected after a comma",
}


def _json_int(digits: str) -> int | float:
    if len(digits) > 20:
        return _json_float(digits)
    value = int(digits)
    if INT_MIN <= value <= INT_MAX:
        return value
    if INT_MAX < value < 1 << 64:
        raise EvalError("CB151", f"unsigned json number {value} outside of Nix integer range")
    return float(value)


def _json_float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise EvalError("CB151", f"failed to parse JSON: number overflow parsing '{digits[:40]}'")
    return value


def _refuse_constant(name: str) -> Any:
    raise EvalError("CB151", f"failed to parse JSON: '{name}' is no JSON value")


def _from_python(value: Any) -> Value:
    """Python's lists become tuples, and strings are checked, everywhere inside a value just parsed."""
    if type(value) is str:
        return _checked_text(value)
    if type(value) is list:
        return tuple([_from_python(item) for item in value])
    if type(value) is Attrs:
        for name, item in value.items():
            _checked_text(name)
            if type(item) in (str, list, Attrs):
                value[name] = _from_python(item)
    return value


def _checked_text(text: str) -> str:
    if "\0" in text:
        raise EvalError("CB151", "failed to parse JSON: a string with a null character has no place in Nix")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise EvalError("CB151", "failed to parse JSON: invalid string: half of a surrogate pair") from None
    return text


@builtin("fromTOML", 1)
def _from_toml(evaluator: Evaluator, text: Any) -> Value:
    import tomllib

    content = str.__str__(force_string(evaluator, text))
    try:
        return _from_toml_value(tomllib.loads(content))
    except tomllib.TOMLDecodeError as problem:
        raise EvalError("CB152", f"while parsing TOML: {problem}") from None
    except RecursionError:
        raise LimitError("CB193", "while parsing TOML: values are nested too deeply") from None


def _from_toml_value(value: Any) -> Value:
    if isinstance(value, dict):
        return Attrs({name: _from_toml_value(item) for name, item in value.items()})
    if isinstance(value, list):
        return tuple([_from_toml_value(item) for item in value])
    if isinstance(value, bool | float | str):
        if isinstance(value, str) and "\0" in value:
            raise EvalError("CB152", "while parsing TOML: a string with a null character has no place in Nix")
        return value
    if isinstance(value, int):
        if not INT_MIN <= value <= INT_MAX:
            raise EvalError("CB152", f"while parsing TOML: {value} is outside of Nix' integer range")
        return value
    raise EvalError("CB152", "while parsing TOML: Dates and times are not supported")


@builtin("toXML", 1)
def _to_xml(evaluator: Evaluator, value: Any) -> Value:
    from clanback.nix.builtins.xml import XmlWriter

    writer = XmlWriter(evaluator)
    writer.document(force_known(evaluator, value))
    text = "".join(writer.pieces)
    return ContextString(text, frozenset(writer.context)) if writer.context else text
