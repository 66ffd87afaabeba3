"""The `lib` of nixpkgs, as far as inventories use it, built into clanback.

`make_lib(evaluator)` gives the set; every name is a thunk that imports its family's module when it is first needed. What
nixpkgs has and clanback has not is unknown, never missing: `lib.evalModules` evaluates to an `Unknown` that says so.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from clanback.nix.lib.index import BUILTINS, DEFINED, OPAQUE, OPEN, TOP_BUILTINS, TOP_EXCLUDED, TOP_ONLY
from clanback.nix.values import OpenAttrs, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.lib.family import Family
    from clanback.nix.values import Attrs, Value

REASON = "clanback does not know {name}"


def make_lib(evaluator: Evaluator) -> Attrs:
    """`lib` for an evaluator: that of the nixpkgs it was given, or ours. Then functions stand at the top and in their families
    (`lib.strings.hasPrefix`), both the same thunk.
    """
    from clanback.nix.builtins.registry import TABLE

    if evaluator.paths.nixpkgs is not None:
        from clanback.nix.nixpkgs import its_lib

        return its_lib(evaluator, evaluator.paths.nixpkgs)
    lib = OpenAttrs(text="lib", reason=REASON)
    for name in TOP_BUILTINS.split():
        lib[name] = TABLE[name]
    for family, modules in DEFINED.items():
        functions = OpenAttrs(text=f"lib.{family}", reason=REASON)
        for module, names in modules.items():
            for name in names.split():
                functions[name] = [_load, (evaluator, module, family, name)]
        only = TOP_ONLY.get(family)
        if only is not None:
            lib.update({name: functions[name] for name in only.split()})
        else:
            excluded = TOP_EXCLUDED.get(family, "").split()
            lib.update({name: x for name, x in functions.items() if name not in excluded})
        for name in BUILTINS.get(family, "").split():
            functions[name] = TABLE[name]
        lib[family] = functions
    for family in OPEN.split():
        lib[family] = OpenAttrs(text=f"lib.{family}", reason=REASON)
    for family, (reason, names) in OPAQUE.items():
        for name in names.split():
            unknown = Unknown(f"lib.{name}", reason)
            lib.setdefault(name, unknown)
            if family in lib:
                lib[family][name] = unknown
    return lib


def _load(what: tuple[Evaluator, str, str, str]) -> Value:
    """Code of the thunk of one function."""
    evaluator, module, family, name = what
    return _family(module, family).get(evaluator, name)


def _family(module: str, name: str) -> Family:
    found: Any = import_module(f"clanback.nix.lib.{module}")
    families: tuple[Family, ...] = getattr(found, "FAMILIES", None) or (found.FAMILY,)
    return next(family for family in families if family.name == name)


def supported() -> list[tuple[str, str]]:
    """Every name of `lib` that clanback treats of, sorted: `supported`, or `opaque` when it is left to Nix. For the docs."""
    table: dict[str, str] = {}
    for family, modules in DEFINED.items():
        names = " ".join(modules.values()).split()
        table.update({f"lib.{family}.{name}": "supported" for name in names})
        top = TOP_ONLY[family].split() if family in TOP_ONLY else names
        excluded = TOP_EXCLUDED.get(family, "").split()
        table.update({f"lib.{name}": "supported" for name in top if name not in excluded})
        table.update({f"lib.{family}.{name}": "supported" for name in BUILTINS.get(family, "").split()})
    table.update({f"lib.{name}": "supported" for name in TOP_BUILTINS.split()})
    for _, names_ in OPAQUE.values():
        for name in names_.split():
            table.setdefault(f"lib.{name}", "opaque")
    table.update({f"lib.{family}": "opaque" for family in OPEN.split()})
    return sorted(table.items())
