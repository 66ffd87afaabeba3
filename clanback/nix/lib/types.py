"""`lib.types`: option types, as sets that know their name, description, nested types and check; merging is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_attrs, force_bool, force_int, force_known, force_string
from clanback.nix.builtins.registry import TABLE
from clanback.nix.errors import ThrowError
from clanback.nix.lib.escapes import is_store_path
from clanback.nix.lib.family import Family, evaluation
from clanback.nix.lib.files import below_store
from clanback.nix.lib.outputs import is_derivation
from clanback.nix.operators import equal, less_than
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, PathValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("types")
native, nix = FAMILY.native, FAMILY.nix


def make(name: str, description: Any, check: Callable[[Evaluator, Value], bool], **more: Any) -> OpenAttrs:
    """An option type. Attributes of nixpkgs' types that are not here (`typeMerge`, …) are unknown.

    `functor` says how two declarations are joined (`joinTypes` in evaluation.nix); a type made of another one has that one's.
    """

    def merge(evaluator: Evaluator, loc: Any, definitions: Any) -> Any:
        return evaluator.call(evaluation(evaluator, "mergeByType"), made, loc, definitions)

    def run(evaluator: Evaluator, x: Any) -> bool:
        return check(evaluator, force_known(evaluator, x))

    fields: dict[str, Any] = {
        "_type": "option-type",
        "name": name,
        "description": description,
        "descriptionClass": "noun",
        "check": Builtin(f"lib.types.{name}.check", 1, run),
        "merge": Builtin(f"lib.types.{name}.merge", 2, merge),
        "nestedTypes": Attrs(),
        "emptyValue": Attrs(),
        "getSubModules": None,
        "deprecationMessage": None,
        "functor": Attrs({"name": name, "payload": None}),
    }
    fields.update(more)
    made = OpenAttrs(fields, text=f"lib.types.{name}", reason="clanback does not know {name}")
    return made


def described(evaluator: Evaluator, kind: Any, *bare: str) -> str:
    """How a type is called inside the description of another: in parentheses, unless its words are of a class that needs none."""
    found = force_attrs(evaluator, kind)
    text = str.__str__(force_string(evaluator, evaluator.select(found, "description")))
    return text if force(found.get("descriptionClass")) in bare else f"({text})"


def accepts(evaluator: Evaluator, kind: Any, x: Any) -> bool:
    """Whether a type's check accepts a value."""
    return force_bool(evaluator, evaluator.call(evaluator.select(kind, "check"), x))


def is_text(_: Evaluator, x: Value) -> bool:
    """Strings."""
    return isinstance(x, str)


def _is_int(_: Evaluator, x: Value) -> bool:
    return type(x) is int


def _is_number(_: Evaluator, x: Value) -> bool:
    return type(x) in (int, float)


def is_function(_: Evaluator, x: Value) -> bool:
    """Functions, and sets that can be called."""
    return type(x) in (Closure, Builtin) or (isinstance(x, Attrs) and "__functor" in x)


def is_list(_: Evaluator, x: Value) -> bool:
    """Lists."""
    return type(x) is tuple


def is_set(_: Evaluator, x: Value) -> bool:
    """Attribute sets."""
    return isinstance(x, Attrs)


def anything_goes(_: Evaluator, __: Value) -> bool:
    """Everything."""
    return True


def _is_path(evaluator: Evaluator, x: Value) -> bool:
    if type(x) is PathValue:
        return True
    if isinstance(x, Attrs) and "outPath" not in x and "__toString" not in x:
        return False
    return isinstance(x, str | Attrs) and evaluator.coerce_to_string(x, copy_paths=False).startswith("/")


def _is_path_in_store(evaluator: Evaluator, x: Value) -> bool:
    return _is_path(evaluator, x) and below_store(evaluator, evaluator.coerce_to_string(x, copy_paths=False))


def _is_package(evaluator: Evaluator, x: Value) -> bool:
    return is_derivation(evaluator, x) or is_store_path(evaluator, x)


def _is_shell_package(evaluator: Evaluator, x: Value) -> bool:
    return isinstance(x, Attrs) and "shellPath" in x and is_derivation(evaluator, x)


def is_module(evaluator: Evaluator, x: Value) -> bool:
    """Sets, functions and absolute paths."""
    return isinstance(x, Attrs) or type(x) in (Closure, Builtin) or _is_path(evaluator, x)


def _one_line(_: Evaluator, x: Value) -> bool:
    return isinstance(x, str) and not set("\n\r") & set(str.removesuffix(x, "\n"))


def _between(low: int | None, high: int | None) -> Callable[[Evaluator, Value], bool]:
    def check(_: Evaluator, x: Value) -> bool:
        return type(x) is int and (low is None or x >= low) and (high is None or x <= high)

    return check


def path_functor(stored: Any, *, absolute: Any) -> Attrs:
    """The functor of `pathWith { inStore = …; absolute = …; }`."""
    return Attrs({"name": "path", "payload": Attrs({"inStore": stored, "absolute": absolute})})


def _plain(
    name: str, description: str, check: Callable[[Evaluator, Value], bool], called: str | None = None, **more: Any
) -> None:
    FAMILY.value(name, make(called or name, description, check, **more))


_plain("raw", "raw value", anything_goes)
_plain("anything", "anything", anything_goes)
_plain("unspecified", "unspecified value", anything_goes)
_plain("bool", "boolean", lambda _, x: type(x) is bool)
_plain("boolByOr", "boolean (merged using or)", lambda _, x: type(x) is bool)
_plain("int", "signed integer", _is_int)
_plain("float", "floating point number", lambda _, x: type(x) is float)
_plain("str", "string", is_text)
_plain("string", "Concatenated string", is_text, "separatedString", separator="")
_plain("lines", 'strings concatenated with "\\n"', is_text, "separatedString", separator="\n")
_plain("commas", 'strings concatenated with ","', is_text, "separatedString", separator=",")
_plain("envVar", 'strings concatenated with ":"', is_text, "separatedString", separator=":")
_plain("nonEmptyStr", "non-empty string", lambda _, x: isinstance(x, str) and bool(str.strip(x, " \t\n")))
_plain("singleLineStr", "(optionally newline-terminated) single-line string", _one_line)
_plain("attrs", "attribute set", is_set, emptyValue=Attrs({"value": Attrs()}), descriptionClass=None)
_plain("package", "package", _is_package)
_plain("shellPackage", "package", _is_shell_package, "package")
_plain("pkgs", "Nixpkgs package set", lambda _, x: isinstance(x, Attrs) and force(x.get("_type")) == "pkgs")
_plain("path", "absolute path", _is_path, functor=path_functor(None, absolute=True))
_plain("pathInStore", "path in the Nix store", _is_path_in_store, "path", functor=path_functor(True, absolute=None))
_plain("optionType", "optionType", lambda _, x: isinstance(x, Attrs) and force(x.get("_type")) == "option-type")
_plain("deferredModule", "module", is_module, staticModules=())
_plain("fileset", "fileset", lambda _, x: isinstance(x, Attrs) and force(x.get("_type")) == "fileset")
_INT = Attrs({"name": "int", "payload": None})
_plain("port", "16 bit unsigned integer; between 0 and 65535 (both inclusive)", _between(0, 65535), "unsignedInt16", functor=_INT)

_INTS = Attrs()
for _bits in (8, 16, 32):
    _high = 1 << _bits
    for _name, _low, _most, _sign in ((f"u{_bits}", 0, _high - 1, "un"), (f"s{_bits}", -_high // 2, _high // 2 - 1, "")):
        _INTS[_name] = make(
            f"{_sign}signedInt{_bits}",
            f"{_bits} bit {_sign}signed integer; between {_low} and {_most} (both inclusive)",
            _between(_low, _most),
            functor=_INT,
        )
_CLAUSE = {"descriptionClass": "nonRestrictiveClause"}
_INTS["unsigned"] = make("unsignedInt", "unsigned integer, meaning >=0", _between(0, None), functor=_INT, **_CLAUSE)
_INTS["positive"] = make("positiveInt", "positive integer, meaning >0", _between(1, None), functor=_INT, **_CLAUSE)


def _ints_between(evaluator: Evaluator, low: Any, high: Any) -> Value:
    a, b = force_int(evaluator, low), force_int(evaluator, high)
    if a > b:
        raise ThrowError("CB101", "ints.between: lowest must be smaller than highest")
    return make("intBetween", f"integer between {a} and {b} (both inclusive)", _between(a, b), functor=_INT)


_INTS["between"] = Builtin("lib.types.ints.between", 2, _ints_between)
FAMILY.value("ints", _INTS)
_NUMBER = {
    "functor": Attrs({"name": "either", "payload": None}),
    "nestedTypes": Attrs({"left": FAMILY.values["int"], "right": FAMILY.values["float"]}),
}
_plain("number", "signed integer or floating point number", _is_number, "either", descriptionClass="conjunction", **_NUMBER)


def _number(name: str, description: str, check: Callable[[Any], bool], **more: Any) -> OpenAttrs:
    return make(name, description, lambda _, x: _is_number(_, x) and check(x), **_NUMBER, **more)


def _numbers_between(evaluator: Evaluator, low: Any, high: Any) -> Value:
    a, b = force_known(evaluator, low), force_known(evaluator, high)
    if not less_than(a, b) and not equal(a, b):
        raise ThrowError("CB101", "numbers.between: lowest must be smaller than highest")
    limits = f"{TABLE['toJSON'].call(evaluator, a)} and {TABLE['toJSON'].call(evaluator, b)}"
    text = f"integer or floating point number between {limits} (both inclusive)"
    return _number("numberBetween", text, lambda x: a <= x <= b, descriptionClass="conjunction")


FAMILY.value(
    "numbers",
    Attrs(
        {
            "between": Builtin("lib.types.numbers.between", 2, _numbers_between),
            "nonnegative": _number(
                "numberNonnegative", "nonnegative integer or floating point number, meaning >=0", lambda x: x >= 0, **_CLAUSE
            ),
            "positive": _number(
                "numberPositive", "positive integer or floating point number, meaning >0", lambda x: x > 0, **_CLAUSE
            ),
        }
    ),
)
