"""`lib.attrsets`: attribute sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_attrs, force_bool, force_known, force_list, force_string, force_string_no_context
from clanback.nix.errors import AbortError
from clanback.nix.lib.family import Family, delayed
from clanback.nix.runtime import force
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("attrsets")
native, nix = FAMILY.native, FAMILY.nix


def _path(evaluator: Evaluator, path: Any) -> list[str]:
    return [force_string_no_context(evaluator, name) for name in force_list(evaluator, path)]


def kept(attributes: Attrs, names: list[str]) -> Attrs:
    """The named attributes, with the places they come from."""
    places = attributes.positions
    found = {name: places[name] for name in names if name in places} if places else None
    return Attrs({name: attributes[name] for name in names}, positions=found)


@native("attrByPath", 3)
def _attr_by_path(evaluator: Evaluator, path: Any, default: Any, attributes: Any) -> Value:
    value = attributes
    for name in _path(evaluator, path):
        value = force_known(evaluator, value)
        if not isinstance(value, Attrs) or (name not in value and type(value) is Attrs):
            return default
        value = evaluator.select(value, name)
    return value


@native("hasAttrByPath", 2)
def _has_attr_by_path(evaluator: Evaluator, path: Any, attributes: Any) -> Value:
    value = attributes
    for name in _path(evaluator, path):
        value = force_known(evaluator, value)
        if not isinstance(value, Attrs) or (name not in value and type(value) is Attrs):
            return False
        value = value[name] if name in value else force_known(evaluator, evaluator.select(value, name))
    return True


@native("getAttrFromPath", 2)
def _get_attr_from_path(evaluator: Evaluator, path: Any, attributes: Any) -> Value:
    names = _path(evaluator, path)
    value = attributes
    for name in names:
        value = force_known(evaluator, value)
        if not isinstance(value, Attrs) or (name not in value and type(value) is Attrs):
            raise AbortError("CB103", f"cannot find attribute '{'.'.join(names)}'")
        value = evaluator.select(value, name)
    return value


@native("setAttrByPath", 2)
def _set_attr_by_path(evaluator: Evaluator, path: Any, value: Any) -> Value:
    result = value
    for name in reversed(_path(evaluator, path)):
        result = Attrs({name: result})
    return result


nix(
    "longestValidPathPrefix",
    """
    path: set: let
      try = n: if n == 0 || lib.hasAttrByPath (lib.take n path) set then lib.take n path else try (n - 1);
    in try (builtins.length path)
    """,
)


@native("attrVals", 2)
def _attr_vals(evaluator: Evaluator, names: Any, attributes: Any) -> Value:
    wanted = force_list(evaluator, names)

    def value(name: Any) -> Any:
        return delayed(evaluator, "attrVals", lambda: evaluator.select(attributes, force_string(evaluator, name)))

    return tuple([value(name) for name in wanted])


@native("getAttrs", 2)
def _get_attrs(evaluator: Evaluator, names: Any, attributes: Any) -> Value:
    wanted = _path(evaluator, names)

    def value(name: str) -> Any:
        return delayed(evaluator, "getAttrs", lambda: evaluator.select(attributes, name))

    return Attrs({name: value(name) for name in wanted})


@native("filterAttrs", 2)
def _filter_attrs(evaluator: Evaluator, predicate: Any, attributes: Any) -> Value:
    found = force_attrs(evaluator, attributes)
    names = [name for name in sorted(found) if force_bool(evaluator, evaluator.call(predicate, name, found[name]))]
    return found if len(names) == len(found) else kept(found, names)


nix(
    "filterAttrsRecursive",
    """
    pred: set: let
      go = s: lib.mapAttrs (_: v: if builtins.isAttrs v then go v else v) (lib.filterAttrs pred s);
    in go set
    """,
)


@native("foldlAttrs", 3)
def _foldl_attrs(evaluator: Evaluator, function: Any, start: Any, attributes: Any) -> Value:
    found = force_attrs(evaluator, attributes)
    result = start
    for name in sorted(found):
        result = evaluator.call(function, result, name, found[name])
    return result


nix(
    "foldAttrs",
    """
    op: nul: sets: builtins.mapAttrs (_: values: lib.foldr op nul values) (lib.zipAttrs sets)
    """,
)
nix(
    "collect",
    """
    pred: value: let
      go = v: if pred v then [ v ] else if builtins.isAttrs v then builtins.concatMap go (builtins.attrValues v) else [ ];
    in go value
    """,
)
nix(
    "cartesianProduct",
    """
    sets: builtins.foldl'
      (made: name: builtins.concatMap (done: map (value: done // { ${name} = value; }) sets.${name}) made)
      [ { } ]
      (builtins.attrNames sets)
    """,
)
nix("cartesianProductOfSets", "lib.cartesianProduct")
nix("mapCartesianProduct", "f: sets: map f (lib.cartesianProduct sets)")


@native("nameValuePair", 2)
def _name_value_pair(evaluator: Evaluator, name: Any, value: Any) -> Value:
    return Attrs({"name": name, "value": value})


@native("mapAttrs'", 2)
def _map_attrs_prime(evaluator: Evaluator, function: Any, attributes: Any) -> Value:
    found = force_attrs(evaluator, attributes)
    made = Attrs()
    for name in sorted(found):
        pair = force_attrs(evaluator, evaluator.call(function, name, found[name]))
        made.setdefault(*_pair(evaluator, pair))
    return made


def _pair(evaluator: Evaluator, pair: Attrs) -> tuple[str, Any]:
    name = force_string_no_context(evaluator, evaluator.select(pair, "name"))
    return name, pair["value"] if "value" in pair else evaluator.select(pair, "value")


@native("mapAttrsToList", 2)
def _map_attrs_to_list(evaluator: Evaluator, function: Any, attributes: Any) -> Value:
    found = force_attrs(evaluator, attributes)
    return tuple([evaluator.thunk_call(function, name, found[name]) for name in sorted(found)])


@native("attrsToList", 1)
def _attrs_to_list(evaluator: Evaluator, attributes: Any) -> Value:
    found = force_attrs(evaluator, attributes)
    return tuple([Attrs({"name": name, "value": found[name]}) for name in sorted(found)])


@native("concatMapAttrs", 2)
def _concat_map_attrs(evaluator: Evaluator, function: Any, attributes: Any) -> Value:
    found = force_attrs(evaluator, attributes)
    return merged([force_attrs(evaluator, evaluator.call(function, name, found[name])) for name in sorted(found)])


def merged(sets: list[Attrs]) -> Attrs:
    """The union of sets, later ones winning, with the places of what won."""
    made = Attrs()
    places: dict[str, Any] = {}
    for item in sets:
        made.update(item)
        for name in item:
            places.pop(name, None)
        places.update(item.positions or {})
    made.positions = places
    return made


@native("mergeAttrsList", 1)
def _merge_attrs_list(evaluator: Evaluator, sets: Any) -> Value:
    return merged([force_attrs(evaluator, item) for item in force_list(evaluator, sets)])


@native("mapAttrsRecursive", 2)
def _map_attrs_recursive(evaluator: Evaluator, function: Any, attributes: Any) -> Value:
    return _map_recursive(evaluator, None, function, force_attrs(evaluator, attributes), ())


@native("mapAttrsRecursiveCond", 3)
def _map_attrs_recursive_cond(evaluator: Evaluator, condition: Any, function: Any, attributes: Any) -> Value:
    return _map_recursive(evaluator, condition, function, force_attrs(evaluator, attributes), ())


def _map_recursive(evaluator: Evaluator, condition: Any, function: Any, attributes: Attrs, path: tuple[str, ...]) -> Attrs:
    def mapped(name: str, x: Any) -> Any:
        def compute() -> Any:
            value = force(x)
            here = (*path, name)
            if isinstance(value, Attrs) and (condition is None or force_bool(evaluator, evaluator.call(condition, value))):
                return _map_recursive(evaluator, condition, function, value, here)
            return evaluator.call(function, here, value)

        return delayed(evaluator, "mapAttrsRecursive", compute)

    return Attrs({name: mapped(name, x) for name, x in attributes.items()}, positions=attributes.positions)


nix("mapAttrsToListRecursive", "f: set: lib.mapAttrsToListRecursiveCond (_: _: true) f set")
nix(
    "mapAttrsToListRecursiveCond",
    """
    pred: f: set: let
      go = path: v: if builtins.isAttrs v && (path == [ ] || pred path v)
        then builtins.concatMap (name: go (path ++ [ name ]) v.${name}) (builtins.attrNames v)
        else [ (f path v) ];
    in go [ ] set
    """,
)


@native("genAttrs", 2)
def _gen_attrs(evaluator: Evaluator, names: Any, function: Any) -> Value:
    wanted = _path(evaluator, names)
    return Attrs({name: evaluator.thunk_call(function, name) for name in wanted})


nix("genAttrs'", "xs: f: builtins.listToAttrs (map f xs)")


@native("optionalAttrs", 2)
def _optional_attrs(evaluator: Evaluator, condition: Any, attributes: Any) -> Value:
    return attributes if force_bool(evaluator, condition) else Attrs()


@native("zipAttrsWithNames", 3)
def _zip_attrs_with_names(evaluator: Evaluator, names: Any, function: Any, sets: Any) -> Value:
    def zipped(name: str) -> Any:
        def compute() -> Any:
            found = [force_attrs(evaluator, item) for item in force_list(evaluator, sets)]
            return evaluator.call(function, name, tuple([item[name] for item in found if name in item]))

        return delayed(evaluator, "zipAttrsWithNames", compute)

    return Attrs({name: zipped(name) for name in _path(evaluator, names)})


@native("zipAttrs", 1)
def _zip_attrs(evaluator: Evaluator, sets: Any) -> Value:
    groups: dict[str, list[Any]] = {}
    for item in force_list(evaluator, sets):
        for name, value in force_attrs(evaluator, item).items():
            groups.setdefault(name, []).append(value)
    return Attrs({name: tuple(values) for name, values in groups.items()})


nix("zipWithNames", "lib.zipAttrsWithNames")
nix("zip", "lib.zipAttrsWith")


@native("recursiveUpdateUntil", 3)
def _recursive_update_until(evaluator: Evaluator, predicate: Any, left: Any, right: Any) -> Value:
    def stop(path: tuple[str, ...], a: Any, b: Any) -> bool:
        return force_bool(evaluator, evaluator.call(predicate, path, a, b))

    # As nixpkgs, which zips [ right left ], the right one is looked at first.
    new = force_attrs(evaluator, right)
    return _update(evaluator, stop, force_attrs(evaluator, left), new, ())


@native("recursiveUpdate", 2)
def _recursive_update(evaluator: Evaluator, left: Any, right: Any) -> Value:
    def stop(_: tuple[str, ...], a: Any, b: Any) -> bool:
        # Whatever the left one is, a right one that is no set replaces it.
        old, new = force(a), force_known(evaluator, b)
        return not (isinstance(new, Attrs) and isinstance(force_known(evaluator, old), Attrs))

    # As nixpkgs, which zips [ right left ], the right one is looked at first.
    new = force_attrs(evaluator, right)
    return _update(evaluator, stop, force_attrs(evaluator, left), new, ())


def _update(evaluator: Evaluator, stop: Any, left: Attrs, right: Attrs, path: tuple[str, ...]) -> Attrs:
    made = merged([left, right])

    def both(name: str) -> Any:
        return delayed(evaluator, "recursiveUpdate", lambda: _updated(evaluator, stop, left[name], right[name], (*path, name)))

    for name in left.keys() & right.keys():
        made[name] = both(name)
    return made


def _updated(evaluator: Evaluator, stop: Any, a: Any, b: Any, path: tuple[str, ...]) -> Any:
    if stop(path, a, b):
        return b
    return _update(evaluator, stop, force_attrs(evaluator, a), force_attrs(evaluator, b), path)


nix(
    "matchAttrs",
    """
    pattern: attrs: assert builtins.isAttrs pattern; builtins.all (name: let here = pattern.${name}; there = attrs.${name}; in
      attrs ? ${name} && (
        if builtins.isAttrs here then builtins.isAttrs there && lib.matchAttrs here there else here == there))
      (builtins.attrNames pattern)
    """,
)
nix("overrideExisting", "old: new: lib.mapAttrs (name: value: new.${name} or value) old")


@native("showAttrPath", 1)
def _show_attr_path(evaluator: Evaluator, path: Any) -> Value:
    from clanback.nix.lib.strings import identifier

    names = _path(evaluator, path)
    return ".".join(map(identifier, names)) if names else "<root attribute path>"


nix("recurseIntoAttrs", "set: set // { recurseForDerivations = true; }")
nix("dontRecurseIntoAttrs", "set: set // { recurseForDerivations = false; }")
nix(
    "unionOfDisjoint",
    """
    x: y: let both = builtins.attrNames (builtins.intersectAttrs x y); in
      x // y // lib.genAttrs both (name: throw "unionOfDisjoint: collision on ${name}; complete list: ${toString both}")
    """,
)
nix(
    "updateManyAttrsByPath",
    """
    updates: value: let
      go = prefix: has: v: mine: let
        at = builtins.length prefix;
        split = builtins.partition (u: builtins.length u.path == at) mine;
        nested = builtins.groupBy (u: builtins.elemAt u.path at) split.wrong;
        inner = if nested == { } then v
          else if !has then builtins.mapAttrs (name: us: go (prefix ++ [ name ]) false null us) nested
          else if builtins.isAttrs v
            then v // builtins.mapAttrs (name: us: go (prefix ++ [ name ]) (v ? ${name}) (v.${name} or null) us) nested
          else throw "updateManyAttrsByPath: the path '${lib.showAttrPath prefix}' needs to be updated further, but is no set";
        first = builtins.head split.right;
      in if split.right == [ ] then inner
        else builtins.foldl' (acc: u: u.update acc)
          (if nested == { } && !has
            then throw "updateManyAttrsByPath: the path '${lib.showAttrPath first.path}' does not exist"
            else inner)
          split.right;
    in go [ ] true value updates
    """,
)
nix("mapAttrsFlatten", "lib.mapAttrsToList")
