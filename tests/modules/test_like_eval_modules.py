"""Our merging of clans against `lib.evalModules`, on module systems made up by chance: same values, or both find fault.

`lib.evalModules` of our evaluator stands for nixpkgs' here; that they agree is shown where a nixpkgs is at hand
(tests/nix/test_lib_against_nixpkgs.py).
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from clanback.diagnostics import DiagnosticError, Severity
from clanback.inventory.plain import plain
from clanback.modules import types
from clanback.modules.collect import Arguments, collect
from clanback.modules.definition import Definition
from clanback.modules.interface import Option, OptionSet
from clanback.modules.merge import Merger
from clanback.nix import Evaluator, parse

TRIES = int(os.environ.get("CLANBACK_MODULE_SYSTEMS", "300"))

SUB = {"x": Option(types.integer, default=0), "y": Option(types.list_of(types.string), default=[])}
OPTIONS = {
    "s": Option(types.string, default="d"),
    "n": Option(types.null_or(types.integer), default=None),
    "b": Option(types.boolean, default=False),
    "e": Option(types.enum("p", "q"), default="p"),
    "l": Option(types.list_of(types.string), default=[]),
    "t": Option(types.lines, default=""),
    "a": Option(types.attrs_of(types.integer), default={}),
    "k": Option(types.attrs_of(types.list_of(types.string)), default={}),
    "u": Option(types.submodule(OptionSet(SUB)), default={"x": 0, "y": []}),
    "m": Option(types.attrs_of(types.submodule(OptionSet(SUB))), default={}),
}
NIX = """{
  options = with lib.types; let
    o = type: default: lib.mkOption { inherit type default; };
    sub = submodule { options = { x = o int 0; y = o (listOf str) [ ]; }; };
  in {
    s = o str "d"; n = o (nullOr int) null; b = o bool false; e = o (enum [ "p" "q" ]) "p"; l = o (listOf str) [ ];
    t = o lines ""; a = o (attrsOf int) { }; k = o (attrsOf (listOf str)) { }; u = o sub { }; m = o (attrsOf sub) { };
  };
}"""

# mkOptionDefault is left out: that it meets the option's own default counts for little, and is not so with us.
_PRIORITIES = ("lib.mkForce", "lib.mkDefault", "lib.mkOverride 100", "lib.mkOverride 7")
_ORDERS = ("lib.mkBefore", "lib.mkAfter", "lib.mkOrder 10", "lib.mkOrder 1500")


class Writer:
    """Writes modules."""

    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)
        self.words = 0
        self.keyed: dict[str, str] = {}

    def word(self) -> str:
        """A new one, so that the order of lists shows."""
        self.words += 1
        return f'"w{self.words}"'

    def strings(self) -> str:
        return "[ " + " ".join(self.defined(self.word, order=False) for _ in range(self.choose.randint(0, 2))) + " ]"

    def named(self, value: Any, names: str = "ijk") -> str:
        chosen = self.choose.sample(names, self.choose.randint(0, 2))
        return "{ " + " ".join(f"{name} = {self.defined(value)};" for name in chosen) + " }"

    def sub(self) -> str:
        parts = []
        if self.choose.random() < 0.5:
            parts.append(f"x = {self.defined(self.number)};")
        if self.choose.random() < 0.7:
            parts.append(f"y = {self.defined(self.strings)};")
        return "{ " + " ".join(parts) + " }"

    def number(self) -> str:
        return self.choose.choice(("1", "2", '"wrong"')) if self.choose.random() < 0.05 else "1"

    def value(self, name: str) -> str:
        odd = self.choose.random() < 0.06
        return {
            "s": lambda: self.choose.choice(('"y"', "5")) if odd else '"x"',
            "n": lambda: self.choose.choice(("null", '"wrong"')) if odd else "1",
            "b": lambda: "false" if odd else "true",
            "e": lambda: self.choose.choice(('"p"', '"z"')) if odd else '"q"',
            "l": self.strings,
            "t": self.word,
            "a": lambda: self.named(self.number),
            "k": lambda: self.named(self.strings),
            "u": self.sub,
            "m": lambda: self.named(self.sub),
        }[name]()

    def defined(self, value: Any, *, order: bool = True) -> str:
        choose, kind = self.choose, self.choose.random()
        # An order around a submodule's definition fails in nixpkgs; that is a case of its own.
        ordered = f"{choose.choice(_ORDERS)} " if order and value not in (self.sub,) else ""
        if kind < 0.62:
            return f"({value()})"
        if kind < 0.74:
            return f"({choose.choice(_PRIORITIES)} ({value()}))"
        if kind < 0.84:
            return f"({ordered}({value()}))"
        if kind < 0.91:
            return f"(lib.mkIf {choose.choice(('true', 'true', 'false'))} {self.defined(value, order=order)})"
        if kind < 0.96:
            return f"(lib.mkMerge [ {' '.join(self.defined(value, order=order) for _ in range(choose.randint(0, 2)))} ])"
        return f"({choose.choice(_PRIORITIES)} ({ordered}({value()})))"

    def module(self, depth: int = 0) -> str:
        """One; some have a key, and are imported in several places."""
        choose = self.choose
        if depth < 2 and choose.random() < 0.2:
            key = f"k{choose.randint(0, 3)}"
            if key not in self.keyed or choose.random() < 0.15:  # another of the same key counts for what it disables only
                self.keyed[key] = self._module(2, f' key = "{key}";')
            return self.keyed[key]
        return self._module(depth, "")

    def _module(self, depth: int, key: str) -> str:
        choose = self.choose
        chosen = choose.sample(sorted(OPTIONS), choose.randint(0, 4))
        body = " ".join(f"{n} = {self.defined(lambda n=n: self.value(n), order=n not in 'um')};" for n in chosen)
        if choose.random() < 0.03:
            body += " stray = 1;"
        style = choose.random()
        if style < 0.12:
            parts = f"config = lib.mkIf {choose.choice(('true', 'false'))} {{ {body} }};"
        elif style < 0.2:
            parts = f"config = lib.mkMerge [ {{ {body} }} {{ }} ];"
        elif style < 0.26:
            parts = f"config = {choose.choice(_PRIORITIES)} {{ {body} }};"
        else:
            parts = f"config = {{ {body} }};" if style < 0.5 else body
        if choose.random() < 0.45 and depth < 3:
            parts += f" imports = [ {' '.join(f'({self.module(depth + 1)})' for _ in range(choose.randint(1, 3)))} ];"
        parts += key
        if choose.random() < 0.06:
            parts += f' disabledModules = [ {{ key = "k{choose.randint(0, 3)}"; }} ];'
        text = f"{{ {parts} }}"
        if choose.random() < 0.3:
            text = choose.choice(("{ config, ... }: %s", "{ lib, ... }@args: %s", "args: %s")) % text
        return text


def ours(text: str) -> tuple[Any, list[str]]:
    """What our merging makes of a list of modules: plain values, and the codes of errors."""
    evaluator = Evaluator()
    found: list[Any] = []
    merger = Merger(evaluator, found.append, arguments={"lib": evaluator.lib})
    tree = parse(text, "clan.nix", scope=("lib",))
    modules = evaluator.force(evaluator.evaluate(tree, {"lib": evaluator.lib}))
    roots = [Definition(module, tree.source_file, None, None) for module in modules]
    definitions = collect(merger, roots, Arguments({"lib": evaluator.lib, "config": None}))
    value = merger.options((), OptionSet(OPTIONS), definitions, name="it", plain=True)
    return plain(evaluator, value, "/nowhere"), [d.code for d in found if d.severity is Severity.ERROR]


def theirs(text: str) -> Any:
    """What `lib.evalModules` makes of them; None where it fails."""
    from tests.nix.nix_outcomes import plain as plain_nix

    evaluator = Evaluator()
    whole = f"(lib.evalModules {{ modules = [ {NIX} ] ++ {text}; }}).config"
    try:
        return plain_nix(
            evaluator, evaluator.force_deep(evaluator.evaluate(parse(whole, scope=("lib",)), {"lib": evaluator.lib}))
        )
    except DiagnosticError:
        return None


def systems(seed: int) -> str:
    writer = Writer(seed)
    return f"[ {' '.join(f'({writer.module()})' for _ in range(writer.choose.randint(1, 4)))} ]"


@pytest.mark.parametrize("part", range(4))
def test_same_values_or_both_find_fault(part: int) -> None:
    fine = 0
    wrong = []
    for seed in range(part, TRIES, 4):
        text = systems(seed)
        value, errors = ours(text)
        expected = theirs(text)
        fine += expected is not None
        if (expected is None) != bool(errors) or (expected is not None and value != expected):
            wrong.append((seed, text, errors, value, expected))
    assert wrong == []
    assert fine > TRIES // 12, "most systems should hold together"


def test_of_another_module_of_a_known_key_only_what_it_disables_counts() -> None:
    text = """[ { key = "a"; s = "x"; } { key = "b"; b = true; } { key = "c"; n = 1; }
      { key = "a"; s = "y"; disabledModules = [ { key = "b"; } ];
        imports = [ { t = "t"; disabledModules = [ { key = "c"; } ]; } ]; } ]"""
    value, errors = ours(text)
    assert errors == []
    assert value == theirs(text)
    assert (value["s"], value["b"], value["n"], value["t"]) == ("x", False, None, "")


def test_a_module_that_imports_itself_is_read_once() -> None:
    assert ours('let m = { key = "a"; s = "x"; imports = [ m ]; }; in [ m ]')[0]["s"] == "x"
