"""Whatever is written in whatever place: findings with places, never a traceback."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clanback.diagnostics import Severity
from tests.inventory.clans import resolved

# Every `@` is a place where anything may stand; the text after it is what should.
TEMPLATE = """{ lib, config, inputs, ... }@args: @({
  meta = @({ name = @("x"); domain = @("d"); tld = @(null); });
  imports = @([ @({ }) ]);
  inventory = @({
    machines = @({ a = @({ tags = @([ @("t") ]); deploy = @({ targetHost = @("h"); }); machineClass = @("nixos"); }); b = { }; });
    tags = @({ u = @([ @("a") ]); });
    instances = @({
      borgbackup = @({
        module = @({ name = @("borgbackup"); input = @(null); });
        roles = @({
          client = @({
            machines = @({
              a = @({ settings = @({ startAt = @("1"); destinations = @({ box = @({ repo = @("r"); }); }); }); });
            });
            tags = @({ t = @({ settings = @({ exclude = @([ @("e") ]); }); }); });
            settings = @({ exclude = @([ "x" ]); });
            extraModules = @([ @({ }) ]);
          });
          server = @({ tags = @([ @("t") ]); });
        });
      });
      other = @({ roles = @({ r = @({ machines = @({ a = @({ }); }); }); }); });
    });
    modules = @({ });
  });
  machines = @({ a = @({ clan.core.state = @({ s.folders = @([ "/x" ]); }); }); });
  modules = @({ });
  vars = @({ settings = @({ recipients = @({ default = @([ @("k") ]); }); }); });
  specialArgs = @({ });
})
"""
PLACES = TEMPLATE.count("@(")
ODD = [
    "null",
    "5",
    "1.5",
    "true",
    '"text"',
    '""',
    "[ ]",
    "[ 5 ]",
    "[ { } ]",
    "{ }",
    "{ a = 1; }",
    '{ "" = { }; }',
    "./gone.nix",
    "/etc",
    "(x: x)",
    "({ lib, ... }: { })",
    "({ pkgs, ... }: pkgs.x)",
    'throw "t"',
    'abort "a"',
    "inputs.x.y",
    "config",
    "config.meta",
    "lib",
    "args",
    "(lib.mkIf true { })",
    "(lib.mkIf inputs.x { })",
    "(lib.mkForce null)",
    "(lib.mkMerge [ { } 5 ])",
    "(lib.mkMerge inputs.x)",
    "(let x = x; in x)",
    '{ _type = "if"; }',
    "{ _type = 5; }",
    '{ _type = "merge"; contents = 5; }',
    '{ _type = "override"; content = 1; priority = "x"; }',
    "{ imports = 5; }",
    "{ __functor = self: x: { }; }",
    '{ outPath = "/x"; }',
    "[ inputs.x ]",
    "{ a = inputs.x; }",
    "(assert false; 1)",
    "builtins",
    "{ config = 5; }",
    "{ options = { }; }",
    '({ a ? throw "x", ... }: { })',
    "(builtins.readFile ./gone)",
    "{ disabledModules = 5; imports = [ ]; }",
    "{ key = 5; }",
]


def written(choices: dict[int, str]) -> str:
    """The template with odd values in some places."""
    count = -1
    out: list[str] = []
    at = 0
    stack: list[tuple[int, int]] = []
    marks = re.compile(r"@\(|\(|\)")
    for match in marks.finditer(TEMPLATE):
        out.append(TEMPLATE[at : match.start()])
        at = match.end()
        if match.group() == "@(":
            count += 1
            stack.append((count, len(out)))
            out.append("(")
        elif match.group() == "(":
            stack.append((-1, len(out)))
            out.append("(")
        else:
            number, begin = stack.pop()
            out.append(")")
            if number in choices:
                out[begin:] = ["(", choices[number], ")"]
    return "".join([*out, TEMPLATE[at:]])


def check(text: str) -> None:
    found = resolved(text)
    for diagnostic in found.found:
        assert diagnostic.message
        assert not diagnostic.code.startswith("CB9")
        if diagnostic.span is not None:
            assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(diagnostic.span.source.text)
    if found.inventory is None:
        assert any(d.severity is Severity.ERROR for d in found.found)


def test_the_template_itself_is_fine() -> None:
    assert resolved(written({})).errors == []


@pytest.mark.parametrize("value", ODD)
def test_an_odd_value_in_any_place(value: str) -> None:
    for number in range(PLACES):
        check(written({number: value}))


@settings(max_examples=150)
@given(st.dictionaries(st.integers(0, PLACES - 1), st.sampled_from(ODD), min_size=2, max_size=4))
def test_several_odd_values(choices: dict[int, str]) -> None:
    check(written(choices))
