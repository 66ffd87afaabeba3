"""A clan made by a `flake.nix`, evaluated without fetching anything.

`outputs` is called with stand-ins, written by us, for what a flake that makes a clan uses to make it: clan-core, nixpkgs' `lib`,
flake-parts, import-tree, flake-utils, systems (see `stand_ins`). Everything else that comes from another flake is unknown.
This package is imported only where there is a flake to evaluate.

    made = clan_of_flake(evaluator, "/repository/flake.nix", "/repository", report)
    made.definitions          # modules of the clan, in the order in which they merge
"""

from __future__ import annotations

from clanback.inventory.flake.outputs import FlakeClan, clan_of_flake

__all__ = ["FlakeClan", "clan_of_flake"]
