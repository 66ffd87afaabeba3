"""`lib.modules`: properties of definitions (`mkIf`, `mkForce`, …), the `_type` sets that nixpkgs makes; merging is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.lib.family import Family
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("modules")
native, nix, value = FAMILY.native, FAMILY.nix, FAMILY.value

value("defaultOverridePriority", 100)
value("defaultPriority", 100)
value("defaultOrderPriority", 1000)


@native("mkIf", 2)
def _mk_if(evaluator: Evaluator, condition: Any, content: Any) -> Value:
    return Attrs({"_type": "if", "condition": condition, "content": content})


@native("mkMerge", 1)
def _mk_merge(evaluator: Evaluator, contents: Any) -> Value:
    return Attrs({"_type": "merge", "contents": contents})


@native("mkOverride", 2)
def _mk_override(evaluator: Evaluator, priority: Any, content: Any) -> Value:
    return Attrs({"_type": "override", "priority": priority, "content": content})


@native("mkOrder", 2)
def _mk_order(evaluator: Evaluator, priority: Any, content: Any) -> Value:
    return Attrs({"_type": "order", "priority": priority, "content": content})


def _with_priority(name: str, kind: str, priority: int) -> None:
    @native(name, 1)
    def make(evaluator: Evaluator, content: Any) -> Value:
        return Attrs({"_type": kind, "priority": priority, "content": content})


for _name, _kind, _priority in (
    ("mkOptionDefault", "override", 1500),
    ("mkDefault", "override", 1000),
    ("mkImageMediaOverride", "override", 60),
    ("mkForce", "override", 50),
    ("mkVMOverride", "override", 10),
    ("mkBefore", "order", 500),
    ("mkAfter", "order", 1500),
):
    _with_priority(_name, _kind, _priority)

nix("mkStrict", 'lib.warn "lib.mkStrict is obsolete" (lib.mkOverride 0)')
nix("mkFixStrictness", "x: x")
nix(
    "mkAssert",
    'assertion: message: content: lib.mkIf (if assertion then true else throw "\\nFailed assertion: ${message}") content',
)
nix("mkDefinition", 'args@{ file, value, ... }: args // { _type = "definition"; }')
nix("importApply", "path: args: { _file = toString path; imports = [ (import path args) ]; }")
nix(
    "setDefaultModuleLocation",
    "file: module: { _file = file; imports = [ module ]; }",
)
FAMILY.file(
    """
    dischargeProperties doRename evalModules evalOptionValue filterOverrides mergeDefinitions mergeOptionDecls
    mkAliasAndWrapDefinitions mkAliasAndWrapDefsWithPriority mkAliasDefinitions mkAliasIfDef mkAliasOptionModule
    mkAliasOptionModuleMD mkChangedOptionModule mkDerivedConfig mkMergedOptionModule mkRemovedOptionModule
    mkRenamedOptionModule mkRenamedOptionModuleWith pushDownProperties sortProperties
    """
)
