"""`lib.evalModules` without a nixpkgs: the expected values were written by hand, after the source of nixpkgs' `lib`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clanback.nix import Evaluator, parse
from clanback.nix.errors import EvalError
from clanback.nix.values import Unknown
from tests.nix.module_programs import FAILING, PROGRAMS, program
from tests.nix.nix_outcomes import plain

if TYPE_CHECKING:
    from pathlib import Path


def evaluated(text: str, root: str = "/nonexistent", **scope: Any) -> Any:
    evaluator = Evaluator(root)
    names = {"lib": evaluator.lib, **scope}
    return evaluator, evaluator.force_deep(evaluator.evaluate(parse(text, scope=tuple(names)), names))


@pytest.mark.parametrize("name", PROGRAMS)
def test_values(name: str) -> None:
    text, expected = PROGRAMS[name]
    evaluator, value = evaluated(program(text))
    assert plain(evaluator, value) == expected


@pytest.mark.parametrize("name", FAILING)
def test_failures(name: str) -> None:
    text, words = FAILING[name]
    with pytest.raises(EvalError) as caught:
        evaluated(program(text))
    assert words in caught.value.message
    assert caught.value.catchable
    span = caught.value.diagnostic.span
    assert span is None or not span.source.name.startswith("<clanback>"), "nobody wants to see our own text"


def test_modules_in_files(tmp_path: Path) -> None:
    (tmp_path / "options.nix").write_text("{ lib, ... }: { options.a = lib.mkOption { type = lib.types.int; default = 1; }; }")
    (tmp_path / "more").mkdir()
    (tmp_path / "more/default.nix").write_text("{ config, extra, ... }: { imports = [ ../options.nix ]; a = extra; }")
    (tmp_path / "off.nix").write_text("{ a = 9; }")
    (tmp_path / "offender.nix").write_text("{ imports = [ ./off.nix ]; }")
    text = """(lib.evalModules {
      modules = [ ./more ./options.nix ./offender.nix { disabledModules = [ ./offender.nix ]; } ];
      specialArgs.extra = 5;
    }).config.a"""
    evaluator = Evaluator(str(tmp_path))
    file = tmp_path / "main.nix"
    file.write_text(f"lib: {text}")
    value = evaluator.call(evaluator.evaluate_file(str(file)), evaluator.lib)
    assert value == 5


def test_what_nobody_asks_for_is_not_looked_at() -> None:
    text = """(lib.evalModules { modules = [ {
      options = lib.genAttrs [ "a" "b" ] (n: lib.mkOption { });
      config = { a = 1; b = throw "no"; };
    } ]; }).config.a"""
    assert evaluated(text)[1] == 1


def test_unknown_values_stay_where_they_are() -> None:
    unknown = Unknown("inputs.x", "it is another flake's")
    modules = """(lib.evalModules { modules = [ {
      options = lib.genAttrs [ "a" "b" "c" "d" ] (n: lib.mkOption { default = 0; type = lib.types.int; });
      config = lib.mkMerge [ { a = 1; b = x; } (lib.mkIf x { c = 2; }) ];
    } ]; }).config"""
    assert evaluated(f"{modules}.a", x=unknown)[1] == 1
    assert evaluated(f"{modules}.d", x=unknown)[1] == 0
    for name in "bc":
        value = evaluated(f"{modules}.{name}", x=unknown)[1]
        assert isinstance(value, Unknown)
        assert value.reason == "it is another flake's"


def test_the_place_of_an_error_is_the_users() -> None:
    text = """(lib.evalModules {
  modules = [ { options.a = lib.mkOption { type = lib.types.int; }; config.a = "x"; } ];
}).config.a"""
    with pytest.raises(EvalError) as caught:
        evaluated(text)
    diagnostic = caught.value.diagnostic
    assert diagnostic.span is not None
    assert diagnostic.span.source.name == "<string>"
    assert "signed integer" in diagnostic.message
