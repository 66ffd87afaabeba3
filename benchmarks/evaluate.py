"""Evaluator against real Nix: CPU seconds of both and the ratio. Nix' time includes its start; ours the evaluation only.

python benchmarks/evaluate.py [NAME…]
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from clanback.nix import Evaluator, parse

LIB = Path(__file__).resolve().parents[1] / "tests/nixos/lib.nix"
"""A small `lib` with a module system, in Nix: both sides evaluate the same text."""

PROGRAMS = {
    "recursion": "let fib = n: if n < 2 then n else fib (n - 1) + fib (n - 2); in fib 25",
    "fold": "builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x * 2) 300000)",
    "attribute set of 100,000": (
        'let s = builtins.listToAttrs (builtins.genList (i: { name = "n${toString i}"; value = i; }) 100000); '
        "in builtins.foldl' (a: n: a + s.${n}) 0 (builtins.attrNames (builtins.mapAttrs (k: v: v + 1) s))"
    ),
    "building strings": (
        'builtins.stringLength (builtins.concatStringsSep "," '
        '(builtins.genList (i: "item-${toString i}-${if i / 2 * 2 == i then "even" else "odd"}") 200000))'
    ),
    "small recursive sets": (
        "let mk = n: rec { a = n; b = a + 1; c = b * 2; d = if c > 10 then { inherit a b; } else { a = 0; b = 0; }; }; "
        "in builtins.foldl' (acc: n: let r = mk n; in acc + r.d.a + r.d.b + (r.zz or 1)) 0 (builtins.genList (x: x) 60000)"
    ),
    "sorting": (
        "builtins.length (builtins.sort (a: b: a < b) (builtins.genList (x: (x * 7919) - (x * 7919 / 10007) * 10007) 30000))"
    ),
    "functions of sets": (
        "let f = { a, b ? 2, ... }@all: a + b + (all.c or 0); "
        "in builtins.foldl' (acc: x: acc + f { a = x; c = 1; }) 0 (builtins.genList (x: x) 100000)"
    ),
    "modules of 1,000 machines": (
        f'let lib = import {LIB}; inherit (lib) mkOption types; names = builtins.genList (i: "m${{toString i}}") 1000; '
        "hosts = (lib.evalModules { modules = [ "
        "{ options.hosts = mkOption { type = types.attrsOf (types.submodule ({ name, config, ... }: { options = { "
        "tags = mkOption { type = types.listOf types.str; default = [ ]; }; address = mkOption { type = types.str; }; "
        'url = mkOption { type = types.str; default = "ssh://${config.address}"; }; }; })); }; } '
        '{ hosts = lib.genAttrs names (n: { tags = [ "a" n ]; address = "${n}.lan"; }); } '
        '{ hosts = lib.genAttrs names (n: { tags = lib.mkBefore [ "z" ]; }); } ]; }).config.hosts; '
        "in builtins.foldl' (a: n: a + builtins.stringLength hosts.${n}.url + builtins.length hosts.${n}.tags) 0 names"
    ),
    "merging sets": (
        "let merge = a: b: a // b // { n = (a.n or 0) + (b.n or 0); }; "
        'in (builtins.foldl\' merge { } (builtins.genList (i: { n = i; ${"k" + toString (i - i / 50 * 50)} = i; }) 20000)).n'
    ),
}


def nix_seconds(text: str) -> tuple[float, str]:
    """CPU time of a `nix-instantiate --eval`, and its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["nix-instantiate", "--eval", "--expr", text], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout.strip()


def main(names: list[str]) -> None:
    """Run the programs named, or all, three times each; the best of each side counts."""
    has_nix = shutil.which("nix-instantiate") is not None
    for name, text in PROGRAMS.items():
        if names and name not in names:
            continue
        best, value = float("inf"), None
        for _ in range(3):
            evaluator, tree = Evaluator("/"), parse(text)
            start = time.process_time()
            value = evaluator.evaluate(tree)
            best = min(best, time.process_time() - start)
        if not has_nix:
            print(f"{name:26} {best:7.3f} s")
            continue
        times, output = zip(*[nix_seconds(text) for _ in range(3)], strict=True)
        assert output[0] == str(value), (output[0], value)
        print(f"{name:26} {best:7.3f} s   Nix {min(times):7.3f} s   ratio {best / min(times):5.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
