"""`lib.fixedPoints`: values defined in terms of themselves, and overlays. Written in Nix, where they are one line each."""

from __future__ import annotations

from clanback.nix.lib.family import Family

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
