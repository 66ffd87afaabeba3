"""`lib.attrsets`, continued: derivations and their outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_bool, force_known, force_string
from clanback.nix.lib.family import Family
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("attrsets")
native, nix = FAMILY.native, FAMILY.nix


@native("isDerivation", 1)
def is_derivation(evaluator: Evaluator, value: Any) -> bool:
    """Whether a value is a set with `type = "derivation"`."""
    found = force_known(evaluator, value)
    return isinstance(found, Attrs) and "type" in found and force_known(evaluator, found["type"]) == "derivation"


nix(
    "toDerivation",
    """
    path: let self = {
      type = "derivation";
      name = builtins.unsafeDiscardStringContext (lib.substring 33 (-1) (baseNameOf path));
      outPath = builtins.storePath path;
      outputs = [ "out" ];
      out = self;
      outputName = "out";
    }; in self
    """,
)


@native("getOutput", 2)
def _get_output(evaluator: Evaluator, output: Any, package: Any) -> Value:
    return output_of(evaluator, output, package)


def output_of(evaluator: Evaluator, output: Any, package: Any) -> Value:
    """An output of a derivation, or `out`, or the thing itself, as `lib.getOutput` chooses."""
    found = force_known(evaluator, package)
    if isinstance(found, Attrs) and "outputSpecified" in found and force_bool(evaluator, found["outputSpecified"]):
        return found
    wanted = force_string(evaluator, output)
    if not isinstance(found, Attrs):
        return found
    for name in (wanted, "out"):
        if name in found:
            return found[name]
    return found


def _getter(name: str, output: str) -> None:
    @native(name, 1)
    def get(evaluator: Evaluator, package: Any) -> Value:
        return output_of(evaluator, output, package)


for _name, _which in (
    ("Bin", "bin"),
    ("Lib", "lib"),
    ("Dev", "dev"),
    ("Man", "man"),
):
    _getter(f"get{_name}", _which)


nix(
    "getFirstOutput",
    """
    candidates: pkg: let
      found = builtins.filter (name: builtins.hasAttr name pkg) candidates;
    in if pkg.outputSpecified or false || found == [ ] then pkg else pkg.${builtins.head found}
    """,
)
nix("getStatic", 'lib.getFirstOutput [ "static" "lib" "out" ]')
nix("getInclude", 'lib.getFirstOutput [ "include" "dev" "out" ]')
nix("chooseDevOutputs", "map lib.getDev")
