"""`lib.fixedPoints`: values defined in terms of themselves, and overlays. Written in Nix, where they are one line each.

`lib.extend` is here too: `lib` with functions of one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_attrs, force_known
from clanback.nix.lib.family import Family
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("fixedPoints")
nix = FAMILY.nix

nix("fix", "f: let result = f result; in result")
nix("fix'", "f: let result = f result // { __unfix__ = f; }; in result")
nix("converge", "f: x: let next = f x; in if next == x then next else lib.converge f next")
nix("extends", "overlay: f: final: let before = f final; in before // overlay final before")
nix("composeExtensions", "f: g: final: prev: let first = f final prev; in first // g final (prev // first)")
nix("composeManyExtensions", "overlays: lib.foldr lib.composeExtensions (_: _: { }) overlays")
nix("makeExtensible", 'lib.makeExtensibleWithCustomName "extend"')
nix(
    "makeExtensibleWithCustomName",
    """
    name: f: lib.fix' (self: f self // {
      ${name} = overlay: lib.makeExtensibleWithCustomName name (lib.extends (lib.toExtension overlay) f);
    })
    """,
)
nix(
    "toExtension",
    """
    f: if lib.isFunction f
      then final: prev: let given = f prev; in if lib.isFunction given then f final prev else given
      else _: _: f
    """,
)


@FAMILY.native("extend", 1)
def _extend(evaluator: Evaluator, overlay: Any) -> Value:
    return _extended(evaluator, evaluator.lib, overlay)


def _extended(evaluator: Evaluator, before: Attrs, overlay: Any) -> OpenAttrs:
    """`before` with what an overlay (a set, a function of `before`, or of the result and `before`) adds."""
    # The text must not be taken for source: what is added is not in anybody else's `lib`.
    made = OpenAttrs(before, text="(lib.extend …)", reason="clanback does not know {name}")
    made["extend"] = Builtin("lib.extend", 1, lambda inner, further: _extended(inner, made, further))
    added = force_known(evaluator, overlay)
    if not isinstance(added, Attrs):
        added = evaluator.force(evaluator.call(overlay, before))
        if isinstance(added, (Closure, Builtin)):
            added = evaluator.call(overlay, made, before)
    made.update(force_attrs(evaluator, added))
    return made
