"""`lib.types`, continued: types made of other types, and one's own; merging is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_attrs, force_bool, force_known, force_list, force_string
from clanback.nix.builtins.registry import TABLE
from clanback.nix.errors import ThrowError
from clanback.nix.lib.escapes import is_string_like
from clanback.nix.lib.family import Family, evaluation
from clanback.nix.lib.files import below_store
from clanback.nix.lib.strings import quoted
from clanback.nix.lib.types import (
    accepts,
    anything_goes,
    described,
    is_function,
    is_list,
    is_module,
    is_set,
    is_text,
    make,
    path_functor,
)
from clanback.nix.operators import equal
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Builtin, OpenAttrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("types")
native, nix = FAMILY.native, FAMILY.nix


def _nested(name: str, description: str, check: Callable[[Evaluator, Value], bool], **more: Any) -> None:
    """A type of one argument, another type; `{}` in the description is that one's."""

    @native(name, 1)
    def of(evaluator: Evaluator, element: Any) -> Value:
        text = evaluator.thunk(lambda: description.replace("{}", described(evaluator, element, "noun", "composite")))
        return make(name, text, check, nestedTypes=Attrs({"elemType": element}), descriptionClass="composite", **more)


_nested("listOf", "list of {}", is_list, emptyValue=Attrs({"value": ()}))
_nested("attrsOf", "attribute set of {}", is_set, emptyValue=Attrs({"value": Attrs()}))
_nested("lazyAttrsOf", "lazy attribute set of {}", is_set, emptyValue=Attrs({"value": Attrs()}))
_nested("functionTo", "function that evaluates to a(n) {}", is_function)


@native("nonEmptyListOf", 1)
def _non_empty_list_of(evaluator: Evaluator, element: Any) -> Value:
    text = evaluator.thunk(lambda: f"non-empty (list of {described(evaluator, element, 'noun', 'composite')})")
    nested = Attrs({"elemType": element})
    return make("listOf", text, lambda _, x: type(x) is tuple and x != (), nestedTypes=nested, descriptionClass="composite")


@native("attrsWith", 1)
def _attrs_with(evaluator: Evaluator, options: Any) -> Value:
    given = force_attrs(evaluator, options)
    element = evaluator.select(given, "elemType")
    lazy = "lazy" in given and force_bool(evaluator, given["lazy"])
    return evaluator.call(
        evaluator.select(evaluator.select(evaluator.lib, "types"), "lazyAttrsOf" if lazy else "attrsOf"), element
    )


nix("loaOf", 'element: lib.types.attrsOf element // { name = "loaOf"; }')


@native("nullOr", 1)
def _null_or(evaluator: Evaluator, element: Any) -> Value:
    text = evaluator.thunk(lambda: f"null or {described(evaluator, element, 'noun', 'conjunction')}")
    return make(
        "nullOr",
        text,
        lambda e, x: x is None or accepts(e, element, x),
        nestedTypes=Attrs({"elemType": element}),
        emptyValue=Attrs({"value": None}),
        descriptionClass="conjunction",
    )


@native("uniq", 1)
def _uniq(evaluator: Evaluator, element: Any) -> Value:
    return _once(evaluator, "", element)


@native("unique", 2)
def _unique(evaluator: Evaluator, options: Any, element: Any) -> Value:
    return _once(evaluator, evaluator.thunk(lambda: evaluator.select(options, "message")), element)


def _once(evaluator: Evaluator, message: Any, element: Any) -> Value:
    fields = {
        name: evaluator.thunk(lambda name=name: evaluator.select(element, name))  # type: ignore[misc]
        for name in ("descriptionClass", "emptyValue")
    }
    text = evaluator.thunk(lambda: evaluator.select(element, "description"))
    nested = Attrs({"elemType": element})
    return make("unique", text, lambda e, x: accepts(e, element, x), nestedTypes=nested, message=message, **fields)


@native("either", 2)
def _either(evaluator: Evaluator, left: Any, right: Any) -> Value:
    def description() -> str:
        first = force_attrs(evaluator, left)
        if force(first.get("descriptionClass")) == "nonRestrictiveClause":
            own = str.__str__(force_string(evaluator, evaluator.select(first, "description")))
            return f"{own}, or {described(evaluator, right, 'noun', 'conjunction')}"
        one = described(evaluator, left, "noun", "conjunction")
        return f"{one} or {described(evaluator, right, 'noun', 'conjunction', 'composite')}"

    return make(
        "either",
        evaluator.thunk(description),
        lambda e, x: accepts(e, left, x) or accepts(e, right, x),
        nestedTypes=Attrs({"left": left, "right": right}),
        descriptionClass="conjunction",
    )


@native("oneOf", 1)
def _one_of(evaluator: Evaluator, kinds: Any) -> Value:
    found = force_list(evaluator, kinds)
    if not found:
        raise ThrowError("CB101", "types.oneOf needs to get at least one type in its argument")
    result = found[0]
    for kind in found[1:]:
        result = _either(evaluator, result, kind)
    return result


@native("enum", 1)
def _enum(evaluator: Evaluator, values: Any) -> Value:
    allowed = force_list(evaluator, values)

    def description() -> str:
        shown = [_shown(force(x)) for x in allowed]
        if not shown:
            return "impossible (empty enum)"
        return f"value {shown[0]} (singular enum)" if len(shown) == 1 else f"one of {', '.join(shown)}"

    def check(_: Evaluator, x: Value) -> bool:
        for value in allowed:
            if equal(value, x):
                return True
        return False

    functor = Attrs({"name": "enum", "payload": Attrs({"values": allowed})})
    words = "noun" if len(allowed) < 2 else "conjunction"
    return make("enum", evaluator.thunk(description), check, functor=functor, descriptionClass=words)


def _shown(value: Value) -> str:
    if isinstance(value, str):
        return f'"{str.__str__(value)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f"<{TABLE['typeOf'].call(None, value)}>"


@native("strMatching", 1)
def _str_matching(evaluator: Evaluator, pattern: Any) -> Value:
    text = evaluator.thunk(lambda: f"string matching the pattern {str.__str__(force_string(evaluator, pattern))}")
    functor = Attrs({"name": "strMatching", "payload": Attrs({"pattern": pattern})})
    return make(
        f"strMatching {quoted(force_string(evaluator, pattern))}",
        text,
        lambda e, x: isinstance(x, str) and TABLE["match"].call(e, pattern, x) is not None,
        functor=functor,
    )


@native("separatedString", 1)
def _separated_string(evaluator: Evaluator, separator: Any) -> Value:
    def description() -> str:
        text = str.__str__(force_string(evaluator, separator))
        return f"strings concatenated with {TABLE['toJSON'].call(evaluator, text)}" if text else "Concatenated string"

    return make("separatedString", evaluator.thunk(description), is_text, separator=separator)


@native("coercedTo", 3)
def _coerced_to(evaluator: Evaluator, source: Any, function: Any, target: Any) -> Value:
    text = evaluator.thunk(
        lambda: f"{described(evaluator, target, 'noun')} or {described(evaluator, source, 'noun')} convertible to it"
    )

    def check(e: Evaluator, x: Value) -> bool:
        return (accepts(e, source, x) and accepts(e, target, e.call(function, x))) or accepts(e, target, x)

    more = {"emptyValue": evaluator.thunk(lambda: evaluator.select(target, "emptyValue")), "descriptionClass": None}
    nested = Attrs({"coercedType": source, "finalType": target})
    return make("coercedTo", text, check, nestedTypes=nested, coerceFunc=function, **more)


@native("passwdEntry", 1)
def _passwd_entry(evaluator: Evaluator, kind: Any) -> Value:
    made = OpenAttrs(force_attrs(evaluator, kind), text="lib.types.passwdEntry", reason="clanback does not know {name}")
    name = str.__str__(force_string(evaluator, evaluator.select(kind, "name")))
    made["name"] = f"passwdEntry {name}"
    made["description"] = evaluator.thunk(lambda: f"{described(evaluator, kind, 'noun')}, not containing newlines or colons")
    made["descriptionClass"] = "nonRestrictiveClause"
    made["check"] = Builtin(
        "lib.types.passwdEntry.check", 1, lambda e, x: accepts(e, kind, x) and not set(":\n") & set(force_string(e, x))
    )
    return made


@native("addCheck", 2)
def _add_check(evaluator: Evaluator, kind: Any, check: Any) -> Value:
    found = force_attrs(evaluator, kind)

    def both(e: Evaluator, x: Any) -> bool:
        return accepts(e, found, x) and force_bool(e, e.call(check, x))

    made = OpenAttrs(found, text="lib.types.addCheck", reason="clanback does not know {name}")
    made["check"] = Builtin("lib.types.addCheck.check", 1, both)
    return made


@native("submodule", 1)
def _submodule(evaluator: Evaluator, modules: Any) -> Value:
    listed = evaluator.thunk(lambda: m if type(m := force(modules)) is tuple else (m,))
    return _submodule_of(evaluator, listed, Attrs(), None, None, shorthand=True)


@native("submoduleWith", 1)
def _submodule_with(evaluator: Evaluator, options: Any) -> Value:
    given = force_attrs(evaluator, options)
    listed = evaluator.thunk(lambda: evaluator.select(given, "modules"))
    shorthand = force(given.get("shorthandOnlyDefinesConfig", False))
    special = given.get("specialArgs", Attrs())
    return _submodule_of(evaluator, listed, special, given.get("class"), given.get("description"), shorthand=shorthand)


def _submodule_of(evaluator: Evaluator, modules: Any, special: Any, kind: Any, text: Any, *, shorthand: Any) -> OpenAttrs:
    def description() -> Any:
        own = force(text)
        return evaluator.call(evaluation(evaluator, "submoduleDescription"), made) if own is None else own

    fields = {
        "modules": modules,
        "getSubModules": modules,
        "specialArgs": special,
        "class": kind,
        "shorthandOnlyDefinesConfig": shorthand,
        "ownDescription": text,
        "emptyValue": Attrs({"value": Attrs()}),
        "descriptionClass": None,
    }
    made = make("submodule", evaluator.thunk(description), is_module, **fields)
    return made


@native("deferredModuleWith", 1)
def _deferred_module_with(evaluator: Evaluator, options: Any) -> Value:
    static = evaluator.thunk(lambda: evaluator.select(options, "staticModules"))
    return make("deferredModule", "module", is_module, staticModules=static)


nix("packageWith", "_: lib.types.package")


@native("pathWith", 1)
def _path_with(evaluator: Evaluator, options: Any) -> Value:
    given = force_attrs(evaluator, options)
    stored, absolute = force(given.get("inStore")), force(given.get("absolute"))
    if stored is True and absolute is False:
        raise ThrowError("CB101", "In pathWith, inStore means the path must be absolute")

    def check(e: Evaluator, x: Value) -> bool:
        if not (is_string_like(x) if stored is not False else isinstance(x, str)):
            return False
        text = str.__str__(e.coerce_to_string(x, copy_paths=False))
        return stored in (None, below_store(e, text)) and absolute in (None, text.startswith("/"))

    kind = {None: "", True: "absolute ", False: "relative "}[absolute] + "path"
    where = {None: "", True: " in the Nix store", False: " not in the Nix store"}[stored]
    return make("path", kind + where, check, functor=path_functor(stored, absolute=absolute))


@native("mkOptionType", 1)
def _mk_option_type(evaluator: Evaluator, fields: Any) -> Value:
    given = force_attrs(evaluator, fields)
    name = evaluator.select(given, "name")
    made = make(str.__str__(force_string(evaluator, name)), given.get("description", name), anything_goes, descriptionClass=None)
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
