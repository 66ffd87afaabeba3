"""What functions of `lib` do not look at, and what becomes of values that only Nix knows."""

from __future__ import annotations

import pytest

from clanback.nix import Evaluator
from clanback.nix.lib import make_lib, supported
from clanback.nix.lib.index import BUILTINS, DEFINED
from clanback.nix.values import Attrs, OpenAttrs, Unknown
from tests.nix.lib_outcomes import outcome, value_of

LAZY = [
    ('lib.length (lib.imap0 (i: x: throw "") [ 1 2 ])', 2),
    ("lib.head (lib.unique [ 1 ])", 1),
    ('lib.foldr (x: rest: if x == 1 then "stopped" else rest) "end" [ 2 1 (throw "not looked at") ]', "stopped"),
    ('(lib.mapAttrs\' (n: v: lib.nameValuePair n v) { a = throw ""; b = 1; }).b', 1),
    ('(lib.genAttrs [ "a" "b" ] (n: if n == "a" then throw "" else 1)).b', 1),
    ('(lib.recursiveUpdate { a = throw ""; } { b = 1; }).b', 1),
    ('(lib.recursiveUpdate { a = { x = throw ""; }; } { a = { y = 1; }; }).a.y', 1),
    ('builtins.attrNames (lib.recursiveUpdate { a = throw ""; } { a = throw ""; })', ["a"]),
    ('(lib.filterAttrs (n: v: n != "a") { a = throw ""; b = 1; }).b', 1),
    ('builtins.attrNames (lib.mapAttrsRecursive (p: v: throw "") { a.b = 1; })', ["a"]),
    ('(lib.attrByPath [ "a" ] (throw "") { a = 1; })', 1),
    ('builtins.length (lib.optional true (throw ""))', 1),
    ('(lib.mkIf (throw "") (throw ""))._type', "if"),
    ('(lib.mkEnableOption (throw "")).default', False),
    ('(lib.types.listOf (throw "")).name', "listOf"),
    ("lib.length (lib.flatten [ [ 1 ] 2 ])", 2),
    ('lib.length (lib.zipListsWith (a: b: throw "") [ 1 ] [ 2 3 ])', 1),
    ('lib.findFirst (x: x == 1) null [ 1 (throw "") ]', 1),
    ('lib.any (x: x) [ true (throw "") ]', True),
    ('lib.elem 1 [ 1 (throw "") ]', True),
]
UNKNOWN = [
    "lib.makeBinPath [ pkgs.hello ]",
    "lib.getExe pkgs.hello",
    'lib.getExe\' pkgs.hello "x"',
    "lib.optionals pkgs.stdenv.isLinux [ 1 ]",
    'lib.optionalString pkgs.x "a"',
    'lib.concatStringsSep "," [ pkgs.x ]',
    'lib.concatMapStringsSep "," (x: "${x}") [ pkgs.x ]',
    'lib.hasPrefix "a" pkgs.x',
    'lib.attrByPath [ "a" ] 1 pkgs',
    "lib.mapAttrsToList (n: v: n) pkgs",
    "lib.filterAttrs (n: v: pkgs.x) { a = 1; }",
    "lib.escapeShellArg pkgs.x",
    "lib.recursiveUpdate pkgs { }",
    "lib.unique [ pkgs.x 1 ]",
    'lib.versionOlder pkgs.version "1"',
    "lib.generators.toINI { } pkgs.x",
    "lib.nixosSystem { }",
    "lib.nixosSystem { }",
    "lib.licenses.mit",
    "lib.strings.noSuchFunction 1",
    "lib.notThere",
    "lib.fileset.toSource { }",
    "lib.types.str.typeMerge",
    "lib.systems.flakeExposed",
]
KNOWN_ANYWAY = [
    ("lib.length [ pkgs.hello ]", 1),
    ("lib.optionals true [ 1 ] ++ [ ]", [1]),
    ("builtins.length (lib.optional true pkgs.hello)", 1),
    ('builtins.attrNames (lib.mapAttrs (n: v: pkgs.${v}) { a = "x"; })', ["a"]),
    ("builtins.attrNames (lib.recursiveUpdate { a = pkgs.x; } { b = 1; })", ["a", "b"]),
    ("(lib.mkIf pkgs.x 1).content", 1),
    ("lib.recursiveUpdate { a = pkgs.x; } { a = 1; }", {"a": 1}),
    ("lib.length (lib.flatten [ [ pkgs.x ] 1 ])", 2),
    ("builtins.length (lib.concatLists [ [ pkgs.x ] [ 1 ] ])", 2),
]


@pytest.mark.parametrize(("text", "value"), LAZY)
def test_what_is_not_needed_is_not_looked_at(text: str, value: object) -> None:
    assert outcome(text) == ("value", value)


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_needs_an_unknown_is_unknown_and_keeps_its_text(text: str) -> None:
    kind, source = outcome(text)
    assert kind == "unknown"
    # What is selected from, or called, may be shorter than the whole; it is always text of the caller.
    assert source in text
    assert "pkgs" in source or source.startswith("lib.")


@pytest.mark.parametrize(("text", "value"), KNOWN_ANYWAY)
def test_an_unknown_that_is_only_carried_changes_nothing(text: str, value: object) -> None:
    assert outcome(text) == ("value", value)


@pytest.mark.parametrize(
    "text",
    [
        "(lib.recursiveUpdate { a.b = 1; } { a = pkgs.x; }).a",
        "builtins.head (lib.attrVals [ pkgs.x ] { a = 1; })",
        "(lib.mapAttrsRecursiveCond (v: pkgs.x) (p: v: v) { a = { }; }).a",
    ],
)
def test_an_unknown_part_is_not_taken_for_what_made_it_unknown(text: str) -> None:
    found = value_of(text)
    assert isinstance(found, Unknown)
    assert found.text != "pkgs.x"


def test_a_missing_name_says_why_it_is_unknown() -> None:
    found = value_of("lib.noSuchFunction")
    assert isinstance(found, Unknown)
    assert found.reason == "clanback does not know lib.noSuchFunction"


def test_the_table_of_names_is_that_of_the_modules() -> None:
    from clanback.nix.lib import _family

    for family, modules in DEFINED.items():
        for module, names in modules.items():
            assert set(names.split()) == _family(module, family).names(), (family, module)


def test_every_name_has_a_value() -> None:
    evaluator = Evaluator("/")
    lib = make_lib(evaluator)
    assert isinstance(lib, OpenAttrs)
    for family in (*DEFINED, *BUILTINS):
        functions = evaluator.select(lib, family)
        assert isinstance(functions, Attrs)
        for name in functions:
            evaluator.select(functions, name)
    for name in lib:
        evaluator.select(lib, name)


def test_making_lib_imports_no_family() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from clanback.nix import Evaluator; Evaluator('/').lib; "
        "print([m for m in sys.modules if m.startswith('clanback.nix.lib.')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['clanback.nix.lib.index']"


def test_supported_names_are_listed() -> None:
    table = dict(supported())
    assert table["lib.mkIf"] == table["lib.modules.mkIf"] == table["lib.concatStringsSep"] == "supported"
    assert table["lib.mergeModules"] == table["lib.nixosSystem"] == "opaque"
    assert set(table.values()) == {"supported", "opaque"}
    assert sum(kind == "supported" for kind in table.values()) > 500
