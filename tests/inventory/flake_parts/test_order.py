"""In what order definitions merge that lie in several modules of a flake: real flake-parts and import-tree said each of these.

The orders in `CASES` were given by Nix 2.8 with flake-parts of January 2026, import-tree of that time and the `lib` of nixpkgs
25.11pre. With `CLANBACK_NIXPKGS`, `CLANBACK_FLAKE_PARTS` and `CLANBACK_IMPORT_TREE` set they are asked again, and flakes that
nobody wrote as well.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.inventory.flake_parts.generated import INPUTS, Flake
from tests.inventory.flake_parts.real import lay_out, needs_real, our_order, real_orders

GENERATED = int(os.environ.get("CLANBACK_FLAKES", "60"))


def flake(imports: str, more: str = "", **files: str) -> dict[str, str]:
    """A flake with a list of imports; `core` is clan-core's module."""
    text = f"""{{{INPUTS}  outputs = inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }}
    ({{ config, lib, flake-parts-lib, ... }}: let core = inputs.clan-core.flakeModules.default; in
    {{ imports = [ {imports} ]; {more} systems = [ ]; }}); }}"""
    return {"flake.nix": text, **{name.replace("__", "/") + ".nix": body for name, body in files.items()}}


def tag(name: str, option: str = "clan") -> str:
    return f'{option}.inventory.machines.m.tags = [ "{name}" ];'


def state(name: str) -> str:
    return f'clan.core.state.s.folders = [ "/{name}" ]; systemd.tmpfiles.rules = [ "d /{name}" ];'


NAMED = '{ clan.meta.name = "x"; clan.inventory.machines.m = { }; }'
NESTED = f"{{ imports = [ {{ imports = [ {{ {state('inner')} }} ]; {state('middle')} }} ]; {state('outer')} }}"
MODULES = "inputs.flake-parts.flakeModules.modules"
CASES: dict[str, tuple[dict[str, str], Any]] = {
    "one after the other: the last first": (
        flake(f"core {NAMED} ./a.nix ./b.nix", a=f"{{ {tag('a')} }}", b=f"{{ {tag('b')} }}"),
        {"tags": ["a", "b"]},
    ),
    "clan and flake.clan in one module": (
        flake(
            f"core {NAMED} ./a.nix",
            tag("root") + tag("root-flake", "flake.clan"),
            a=f"{{ {tag('a')} {tag('a-flake', 'flake.clan')} }}",
        ),
        {"tags": ["root", "a", "a-flake", "root-flake"]},
    ),
    "clan-core's module imported last": (
        flake(
            f"{NAMED} ./a.nix core",
            tag("root") + tag("root-flake", "flake.clan"),
            a=f"{{ {tag('a')} {tag('a-flake', 'flake.clan')} }}",
        ),
        {"tags": ["root", "a", "a-flake", "root-flake"]},
    ),
    "a tree of modules lies two levels deeper than a file": (
        flake(
            f"(inputs.import-tree ./tree) ./a.nix {NAMED} core",
            tag("root") + tag("root-flake", "flake.clan"),
            a=f"{{ imports = [ {{ {tag('inner', 'flake.clan')} }} ]; {tag('a', 'flake.clan')} }}",
            tree__b=f"{{ {tag('b')} {tag('b-flake', 'flake.clan')} }}",
            tree__deep__c=f"{{ {tag('c', 'flake.clan')} }}",
        ),
        {"tags": ["c", "b-flake", "root", "b", "inner", "a", "root-flake"]},
    ),
    "the whole flake is a tree": (
        {
            "flake.nix": f"{{{INPUTS} outputs = inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }}"
            " (inputs.import-tree ./parts); }",
            "parts/core.nix": "{ inputs, ... }: { systems = [ ]; imports = [ inputs.clan-core.flakeModules.default "
            f"{NAMED} ]; }}",
            "parts/z.nix": f"{{ imports = [ ./_off/y.nix ]; {tag('z')} {tag('z-flake', 'flake.clan')} }}",
            "parts/a.nix": f"{{ {tag('a')} {tag('a-flake', 'flake.clan')} }}",
            "parts/_off/y.nix": f"{{ {tag('y', 'flake.clan')} }}",
        },
        {"tags": ["a", "z", "y", "z-flake", "a-flake"]},
    ),
    "importApply puts a module into a module": (
        flake(
            f"(flake-parts-lib.importApply ./a.nix {{ }}) {{ {tag('beside', 'flake.clan')} }} core {NAMED}",
            tag("root"),
            a=f"_: {{ {tag('a', 'flake.clan')} }}",
        ),
        {"tags": ["root", "a", "beside"]},
    ),
    "modules of NixOS from flake.modules lie deeper than those written in place": (
        flake(
            f"core {MODULES} {NAMED}",
            f"clan.machines.m.imports = [ config.flake.modules.nixos.a {NESTED} ]; flake.modules.nixos.a = {{ {state('a')} }};",
        ),
        {"folders": {"s": ["/outer", "/middle", "/inner", "/a"]}, "tmpfiles": ["d /a", "d /inner", "d /middle", "d /outer"]},
    ),
    "flake.modules.generic is one level less": (
        flake(
            f"core {MODULES} {NAMED}",
            f"clan.machines.m.imports = [ config.flake.modules.generic.a {NESTED} ];"
            f" flake.modules.generic.a = {{ {state('a')} }};",
        ),
        {"folders": {"s": ["/outer", "/middle", "/a", "/inner"]}, "tmpfiles": ["d /inner", "d /a", "d /middle", "d /outer"]},
    ),
    "nixosModules lie as deep": (
        flake(
            f"core {NAMED}",
            f"clan.machines.m.imports = [ config.flake.nixosModules.a {NESTED} ]; flake.nixosModules.a = {{ {state('a')} }};",
        ),
        {"folders": {"s": ["/outer", "/middle", "/inner", "/a"]}, "tmpfiles": ["d /a", "d /inner", "d /middle", "d /outer"]},
    ),
    "a module from flake.modules that two files write": (
        flake(
            f"core {MODULES} {NAMED} ./a.nix ./b.nix",
            "clan.machines.m.imports = [ config.flake.modules.nixos.shared config.flake.modules.nixos.shared ];",
            a=f"{{ flake.modules.nixos.shared = {{ lib, ... }}: {{ {state('a')} }}; }}",
            b=f"{{ flake.modules.nixos.shared.imports = [ {{ {state('b')} }} ]; }}",
        ),
        {"folders": {"s": ["/a", "/a", "/b", "/b"]}, "tmpfiles": ["d /b", "d /b", "d /a", "d /a"]},
    ),
    "a module in an option of the repository's own": (
        flake(
            f"core {NAMED} {{ options.base = lib.mkOption {{ type = lib.types.deferredModule; }}; }}",
            f"base = {{ {state('base')} }};"
            f" clan.machines.m.imports = [ config.base {{ imports = [ {{ {state('inner')} }} ]; }} ];",
        ),
        {"folders": {"s": ["/inner", "/base"]}, "tmpfiles": ["d /base", "d /inner"]},
    ),
    "mkBefore, mkAfter and mkOrder over several modules": (
        flake(
            f"core {NAMED} ./a.nix ./b.nix",
            'clan.inventory.machines.m.tags = lib.mkAfter [ "after" ];',
            a='{ lib, ... }: { clan.inventory.machines.m.tags = lib.mkMerge [ (lib.mkBefore [ "before" ]) [ "plain" ] ]; }',
            b='{ lib, ... }: { flake.clan.inventory.machines.m.tags = lib.mkOrder 1600 [ "last" ];'
            ' clan.imports = [ { inventory.machines.m.tags = [ "imported" ]; } ]; }',
        ),
        {"tags": ["before", "imported", "plain", "after", "last"]},
    ),
    "a file that two import counts once, where it is met first": (
        flake(
            f"./a.nix ./b.nix core {NAMED}",
            a=f"{{ imports = [ ./shared.nix ]; {tag('a', 'flake.clan')} }}",
            b=f"{{ imports = [ {{ imports = [ ./shared.nix ]; }} ]; {tag('b', 'flake.clan')} }}",
            shared=f"{{ {tag('shared', 'flake.clan')} }}",
        ),
        {"tags": ["shared", "b", "a"]},
    ),
    "modules with a key, and one that is disabled": (
        flake(
            f'{{ key = "k"; {tag("first", "flake.clan")} }} {{ imports = [ {{ key = "k"; {tag("second", "flake.clan")} }} '
            "./a.nix ./b.nix ];"
            f" disabledModules = [ ./b.nix ]; }} core {NAMED}",
            a=f"{{ {tag('a', 'flake.clan')} }}",
            b=f"{{ imports = [ ./c.nix ]; {tag('b', 'flake.clan')} }}",
            c=f"{{ {tag('c', 'flake.clan')} }}",
        ),
        {"tags": ["a", "first"]},
    ),
    "what a disabled module imports as well counts where another imports it": (
        flake(
            "./b.nix { disabledModules = [ ./b.nix ]; imports = [ { imports = [ ./shared.nix ]; "
            f"{tag('deep', 'flake.clan')} }} ]; }} core {NAMED}",
            tag("root"),
            b=f"{{ imports = [ ./shared.nix ]; {tag('b', 'flake.clan')} }}",
            shared=f"{{ {tag('shared', 'flake.clan')} }}",
        ),
        {"tags": ["shared", "root", "deep"]},
    ),
    "a module of the clan in flake.modules": (
        flake(
            f"core {MODULES} {NAMED} ./a.nix",
            "clan.imports = with config.flake.modules.clan; [ base ./b.nix ];" + tag("root"),
            a=f"{{ flake.modules.clan.base = {{ {tag('base', '')[1:]} }}; }}",
            b=f"{{ imports = [ {{ imports = [ {{ {tag('inner', '')[1:]} }} ]; }} ]; {tag('b', '')[1:]} }}",
        ),
        {"tags": ["base", "inner", "b", "root"]},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_our_stand_in_merges_in_the_same_order(name: str, tmp_path: Path) -> None:
    files, expected = CASES[name]
    assert our_order(lay_out(tmp_path, files)) == {"m": expected}


@needs_real
def test_the_real_ones_said_so(tmp_path: Path) -> None:
    folders = [lay_out(tmp_path / str(number), files) for number, (files, _) in enumerate(CASES.values())]
    assert dict(zip(CASES, real_orders(folders), strict=True)) == {name: {"m": expected} for name, (_, expected) in CASES.items()}


@needs_real
def test_flakes_that_nobody_wrote_merge_alike(tmp_path: Path) -> None:
    """`CLANBACK_FLAKES` of them, each with up to 14 files."""
    folders = [lay_out(tmp_path / str(seed), Flake(seed).files) for seed in range(GENERATED)]
    differing = [folder.name for folder, real in zip(folders, real_orders(folders), strict=True) if our_order(folder) != real]
    assert differing == [], "seeds of flakes in which the order differs"
