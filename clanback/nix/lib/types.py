"""`lib.types`: option types, as sets that know their name, description, nested types and check; merging is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_attrs, force_bool, force_int, force_known, force_list, force_string
from clanback.nix.lib.family import Family, evaluation
from clanback.nix.operators import equal
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, PathValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("types")
native, nix = FAMILY.native, FAMILY.nix


def make(name: str, description: Any, check: Callable[[Evaluator, Value], bool], **more: Any) -> OpenAttrs:
    """An option type. Attributes of nixpkgs' types that are not here (`functor`, `typeMerge`, …) are unknown."""

    def merge(evaluator: Evaluator, loc: Any, definitions: Any) -> Any:
        return evaluator.call(evaluation(evaluator, "mergeByType"), made, loc, definitions)

    def run(evaluator: Evaluator, x: Any) -> bool:
        return check(evaluator, force_known(evaluator, x))

    fields: dict[str, Any] = {
        "_type": "option-type",
        "name": name,
        "description": description,
        "descriptionClass": "noun" if not more.get("nestedTypes") else "composite",
        "check": Builtin(f"lib.types.{name}.check", 1, run),
        "merge": Builtin(f"lib.types.{name}.merge", 2, merge),
        "nestedTypes": Attrs(),
        "emptyValue": Attrs(),
        "getSubModules": None,
        "deprecationMessage": None,
    }
    fields.update(more)
    made = OpenAttrs(fields, text=f"lib.types.{name}", reason="clanback does not know {name}")
    return made


def _described(evaluator: Evaluator, kind: Any) -> str:
    """How a type is called inside the description of another."""
    found = force_attrs(evaluator, kind)
    text = str.__str__(force_string(evaluator, evaluator.select(found, "description")))
    return f"({text})" if " " in text and force(found.get("descriptionClass")) not in ("noun", "nonRestrictiveClause") else text


def accepts(evaluator: Evaluator, kind: Any, x: Any) -> bool:
    """Whether a type's check accepts a value."""
    return force_bool(evaluator, evaluator.call(evaluator.select(kind, "check"), x))


def _is_text(_: Evaluator, x: Value) -> bool:
    return isinstance(x, str)


def _is_int(_: Evaluator, x: Value) -> bool:
    return type(x) is int


def _is_number(_: Evaluator, x: Value) -> bool:
    return type(x) in (int, float)


def _is_function(_: Evaluator, x: Value) -> bool:
    return type(x) in (Closure, Builtin) or (isinstance(x, Attrs) and "__functor" in x)


def _is_list(_: Evaluator, x: Value) -> bool:
    return type(x) is tuple


def _is_set(_: Evaluator, x: Value) -> bool:
    return isinstance(x, Attrs)


def _anything(_: Evaluator, __: Value) -> bool:
    return True


def _is_path(evaluator: Evaluator, x: Value) -> bool:
    if type(x) is PathValue:
        return True
    if isinstance(x, Attrs) and "outPath" not in x and "__toString" not in x:
        return False
    return isinstance(x, str | Attrs) and evaluator.coerce_to_string(x, copy_paths=False).startswith("/")


def _is_package(_: Evaluator, x: Value) -> bool:
    return isinstance(x, Attrs) and ("type" in x or "outPath" in x)


def _is_shell_package(evaluator: Evaluator, x: Value) -> bool:
    return _is_package(evaluator, x) and "shellPath" in x


def _one_line(_: Evaluator, x: Value) -> bool:
    return isinstance(x, str) and "\n" not in str.removesuffix(x, "\n")


def _between(low: int | None, high: int | None) -> Callable[[Evaluator, Value], bool]:
    def check(_: Evaluator, x: Value) -> bool:
        return type(x) is int and (low is None or x >= low) and (high is None or x <= high)

    return check


def _plain(
    name: str, description: str, check: Callable[[Evaluator, Value], bool], called: str | None = None, **more: Any
) -> None:
    FAMILY.value(name, make(called or name, description, check, **more))


_plain("raw", "raw value", _anything)
_plain("anything", "anything", _anything)
_plain("unspecified", "unspecified value", _anything)
_plain("bool", "boolean", lambda _, x: type(x) is bool)
_plain("boolByOr", "boolean (merged using or)", lambda _, x: type(x) is bool)
_plain("int", "signed integer", _is_int)
_plain("float", "floating point number", lambda _, x: type(x) is float)
_plain("number", "signed integer or floating point number", _is_number, "either")
_plain("str", "string", _is_text)
_plain("string", "string", _is_text, "separatedString", separator="")
_plain("lines", 'strings concatenated with "\\n"', _is_text, "separatedString", separator="\n")
_plain("commas", 'strings concatenated with ","', _is_text, "separatedString", separator=",")
_plain("envVar", 'strings concatenated with ":"', _is_text, "separatedString", separator=":")
_plain("nonEmptyStr", "non-empty string", lambda _, x: isinstance(x, str) and bool(str.strip(x, " \t\n")))
_plain("singleLineStr", "(optionally newline-terminated) single-line string", _one_line)
_plain("passwdEntry", "string, not containing newlines or colons", lambda _, x: isinstance(x, str) and not set(":\n") & set(x))
_plain("attrs", "attribute set", _is_set, emptyValue=Attrs({"value": Attrs()}))
_plain("package", "package", _is_package)
_plain("shellPackage", "package that is a shell", _is_shell_package, "package")
_plain("pkgs", "Nixpkgs package set", lambda _, x: isinstance(x, Attrs) and force(x.get("_type")) == "pkgs")
_plain("path", "absolute path", _is_path)
_plain(
    "pathInStore",
    "path in the Nix store",
    lambda e, x: _is_path(e, x) and str(e.coerce_to_string(x, copy_paths=False)).startswith(e.paths.store + "/"),
)
_plain("optionType", "optionType", lambda _, x: isinstance(x, Attrs) and force(x.get("_type")) == "option-type")
_plain("deferredModule", "module", lambda _, x: isinstance(x, Attrs | PathValue | str | Closure | Builtin), staticModules=())
_plain("fileset", "fileset", lambda _, x: isinstance(x, Attrs) and force(x.get("_type")) == "fileset")
_plain("port", "16 bit unsigned integer; between 0 and 65535 (both inclusive)", _between(0, 65535), "unsignedInt16")

_INTS = Attrs()
for _bits in (8, 16, 32):
    _high = 1 << _bits
    for _name, _low, _most, _sign in ((f"u{_bits}", 0, _high - 1, "un"), (f"s{_bits}", -_high // 2, _high // 2 - 1, "")):
        _INTS[_name] = make(
            f"{_sign}signedInt{_bits}",
            f"{_bits} bit {_sign}signed integer; between {_low} and {_most} (both inclusive)",
            _between(_low, _most),
        )
_INTS["unsigned"] = make("unsignedInt", "unsigned integer, meaning >=0", _between(0, None))
_INTS["positive"] = make("positiveInt", "positive integer, meaning >0", _between(1, None))


def _ints_between(evaluator: Evaluator, low: Any, high: Any) -> Value:
    a, b = force_int(evaluator, low), force_int(evaluator, high)
    return make("intBetween", f"integer between {a} and {b} (both inclusive)", _between(a, b))


_INTS["between"] = Builtin("lib.types.ints.between", 2, _ints_between)
FAMILY.value("ints", _INTS)
FAMILY.value(
    "numbers",
    Attrs(
        {
            "nonnegative": make(
                "numberNonnegative",
                "nonnegative integer or floating point number, meaning >=0",
                lambda _, x: _is_number(_, x) and x >= 0,
            ),
            "positive": make(
                "numberPositive", "positive integer or floating point number, meaning >0", lambda _, x: _is_number(_, x) and x > 0
            ),
        }
    ),
)


def _nested(name: str, description: str, check: Callable[[Evaluator, Value], bool], **more: Any) -> None:
    """A type of one argument, another type; `{}` in the description is that one's."""

    @native(name, 1)
    def of(evaluator: Evaluator, element: Any) -> Value:
        text = evaluator.thunk(lambda: description.replace("{}", _described(evaluator, element)))
        return make(name, text, check, nestedTypes=Attrs({"elemType": element}), **more)


_nested("listOf", "list of {}", _is_list, emptyValue=Attrs({"value": ()}))
_nested("attrsOf", "attribute set of {}", _is_set, emptyValue=Attrs({"value": Attrs()}))
_nested("lazyAttrsOf", "lazy attribute set of {}", _is_set, emptyValue=Attrs({"value": Attrs()}))
_nested("functionTo", "function that evaluates to a(n) {}", _is_function)


@native("nonEmptyListOf", 1)
def _non_empty_list_of(evaluator: Evaluator, element: Any) -> Value:
    text = evaluator.thunk(lambda: f"non-empty list of {_described(evaluator, element)}")
    return make("listOf", text, lambda _, x: type(x) is tuple and x != (), nestedTypes=Attrs({"elemType": element}))


@native("attrsWith", 1)
def _attrs_with(evaluator: Evaluator, options: Any) -> Value:
    given = force_attrs(evaluator, options)
    element = evaluator.select(given, "elemType")
    lazy = "lazy" in given and force_bool(evaluator, given["lazy"])
    text = evaluator.thunk(lambda: f"{'lazy ' if lazy else ''}attribute set of {_described(evaluator, element)}")
    return make("lazyAttrsOf" if lazy else "attrsOf", text, _is_set, nestedTypes=Attrs({"elemType": element}))


nix("loaOf", "lib.types.attrsOf")


@native("nullOr", 1)
def _null_or(evaluator: Evaluator, element: Any) -> Value:
    text = evaluator.thunk(lambda: f"null or {_described(evaluator, element)}")
    return make(
        "nullOr",
        text,
        lambda e, x: x is None or accepts(e, element, x),
        nestedTypes=Attrs({"elemType": element}),
        emptyValue=Attrs({"value": None}),
    )


@native("uniq", 1)
def _uniq(evaluator: Evaluator, element: Any) -> Value:
    return _once(evaluator, "", element)


@native("unique", 2)
def _unique(evaluator: Evaluator, options: Any, element: Any) -> Value:
    return _once(evaluator, evaluator.thunk(lambda: evaluator.select(options, "message")), element)


def _once(evaluator: Evaluator, message: Any, element: Any) -> Value:
    text = evaluator.thunk(lambda: _described(evaluator, element))
    nested = Attrs({"elemType": element})
    return make("unique", text, lambda e, x: accepts(e, element, x), nestedTypes=nested, message=message)


@native("either", 2)
def _either(evaluator: Evaluator, left: Any, right: Any) -> Value:
    text = evaluator.thunk(lambda: f"{_described(evaluator, left)} or {_described(evaluator, right)}")
    return make(
        "either",
        text,
        lambda e, x: accepts(e, left, x) or accepts(e, right, x),
        nestedTypes=Attrs({"left": left, "right": right}),
    )


@native("oneOf", 1)
def _one_of(evaluator: Evaluator, kinds: Any) -> Value:
    found = force_list(evaluator, kinds)
    if not found:
        from clanback.nix.errors import ThrowError

        raise ThrowError("CB101", "types.oneOf needs to get at least one type in its argument")
    result = found[0]
    for kind in found[1:]:
        result = _either(evaluator, result, kind)
    return result


@native("enum", 1)
def _enum(evaluator: Evaluator, values: Any) -> Value:
    allowed = force_list(evaluator, values)

    def description() -> str:
        from clanback.nix.builtins.coerce import describe

        shown = [describe(force(x)) for x in allowed]
        if not shown:
            return "impossible (empty enum)"
        return f"value {shown[0]} (singular enum)" if len(shown) == 1 else f"one of {', '.join(shown)}"

    def check(_: Evaluator, x: Value) -> bool:
        for value in allowed:
            if equal(value, x):
                return True
        return False

    return make(
        "enum", evaluator.thunk(description), check, functor=Attrs({"name": "enum", "payload": Attrs({"values": allowed})})
    )


@native("strMatching", 1)
def _str_matching(evaluator: Evaluator, pattern: Any) -> Value:
    from clanback.nix.builtins.registry import TABLE

    text = evaluator.thunk(lambda: f"string matching the pattern {str.__str__(force_string(evaluator, pattern))}")
    return make("strMatching", text, lambda e, x: isinstance(x, str) and TABLE["match"].call(e, pattern, x) is not None)


@native("separatedString", 1)
def _separated_string(evaluator: Evaluator, separator: Any) -> Value:
    return make("separatedString", "strings concatenated with a separator", _is_text, separator=separator)


@native("coercedTo", 3)
def _coerced_to(evaluator: Evaluator, source: Any, function: Any, target: Any) -> Value:
    text = evaluator.thunk(lambda: f"{_described(evaluator, target)} or {_described(evaluator, source)} convertible to it")

    def check(e: Evaluator, x: Value) -> bool:
        return (accepts(e, source, x) and accepts(e, target, e.call(function, x))) or accepts(e, target, x)

    return make("coercedTo", text, check, nestedTypes=Attrs({"coercedType": source, "finalType": target}), coerceFunc=function)


@native("addCheck", 2)
def _add_check(evaluator: Evaluator, kind: Any, check: Any) -> Value:
    found = force_attrs(evaluator, kind)

    def both(e: Evaluator, x: Any) -> bool:
        return accepts(e, found, x) and force_bool(e, e.call(check, x))

    made = OpenAttrs(found, text="lib.types.addCheck", reason="clanback does not know {name}")
    made["check"] = Builtin("lib.types.addCheck.check", 1, both)
    return made


def _is_module(_: Evaluator, x: Value) -> bool:
    return isinstance(x, Attrs | Closure | Builtin | PathValue)


@native("submodule", 1)
def _submodule(evaluator: Evaluator, modules: Any) -> Value:
    listed = evaluator.thunk(lambda: m if type(m := force(modules)) is tuple else (m,))
    return _submodule_of(listed, Attrs(), None, shorthand=True)


@native("submoduleWith", 1)
def _submodule_with(evaluator: Evaluator, options: Any) -> Value:
    given = force_attrs(evaluator, options)
    listed = evaluator.thunk(lambda: evaluator.select(given, "modules"))
    shorthand = force(given.get("shorthandOnlyDefinesConfig", False))
    return _submodule_of(listed, given.get("specialArgs", Attrs()), given.get("class"), shorthand=shorthand)


def _submodule_of(modules: Any, special: Any, kind: Any, *, shorthand: Any) -> OpenAttrs:
    fields = {"specialArgs": special, "class": kind, "shorthandOnlyDefinesConfig": shorthand, "getSubModules": modules}
    return make("submodule", "submodule", _is_module, modules=modules, emptyValue=Attrs({"value": Attrs()}), **fields)


@native("deferredModuleWith", 1)
def _deferred_module_with(evaluator: Evaluator, options: Any) -> Value:
    static = evaluator.thunk(lambda: evaluator.select(options, "staticModules"))
    return make("deferredModule", "module", _is_module, staticModules=static)


nix("packageWith", "_: lib.types.package")
nix("pathWith", "_: lib.types.path")


@native("mkOptionType", 1)
def _mk_option_type(evaluator: Evaluator, fields: Any) -> Value:
    given = force_attrs(evaluator, fields)
    name = evaluator.select(given, "name")
    made = make(str.__str__(force_string(evaluator, name)), given.get("description", name), _anything)
    made["merge"] = evaluator.thunk(lambda: evaluation(evaluator, "mergeDefaultOption"))
    made.update(given)
    return made


@native("isOptionType", 1)
def _is_option_type(evaluator: Evaluator, x: Any) -> Value:
    return _has_type(evaluator, "option-type", x)


def _has_type(evaluator: Evaluator, kind: str, x: Any) -> bool:
    found = force_known(evaluator, x)
    return isinstance(found, Attrs) and "_type" in found and force_known(evaluator, found["_type"]) == kind


@native("isType", 2)
def _is_type(evaluator: Evaluator, kind: Any, x: Any) -> Value:
    return _has_type(evaluator, str.__str__(force_string(evaluator, kind)), x)


nix("setType", "name: value: value // { _type = name; }")
