"""Where a comparison with the lib of nixpkgs (evaluated by real Nix, test_lib_against_nixpkgs.py) found ours to differ.

Each line is an expression and what nixpkgs makes of it: a value, CAUGHT (what `tryEval` catches) or FAILED (what it does not).
"""

# ruff: noqa: E501 -- an expression is read best on one line
from __future__ import annotations

from typing import Any

import pytest

from tests.nix.lib_outcomes import outcome

CAUGHT, FAILED = object(), object()

CASES: list[tuple[str, Any]] = [
    # Halves of characters that come together are characters again.
    ('lib.stringAsChars (c: c) "xéx" == "xéx"', True),
    ('lib.concatStrings (lib.stringToCharacters "é")', "é"),
    ('let c = lib.stringToCharacters "é"; in "${builtins.elemAt c 0}${builtins.elemAt c 1}"', "é"),
    ('let c = lib.stringToCharacters "é"; in builtins.elemAt c 0 + builtins.elemAt c 1 == "é"', True),
    ('lib.splitStringBy (before: now: now == "x") false "éxé"', ["é", "é"]),
    ('lib.toSentenceCase "éa"', "éa"),
    # Words, widths, numbers.
    ('lib.toCamelCase "--a"', "A"),
    ('lib.toCamelCase "1C1abAa1"', "1c1abAa1"),
    ("lib.toCamelCase 1", CAUGHT),
    ("lib.toSentenceCase { }", CAUGHT),
    ('lib.fixedWidthString 0 "" ""', ""),
    ('lib.fixedWidthString 6 "" "x"', FAILED),
    ('lib.fixedWidthString 6 "ab" "xy"', "ababxy"),
    ('lib.fixedWidthString 5 "ab" "xy"', CAUGHT),
    ('lib.fixedWidthString 1 [ ] "<<*"', CAUGHT),
    ('lib.toInt "-05"', FAILED),
    ('lib.toIntBase10 "-05"', FAILED),
    ('lib.toIntBase10 " 0012 "', 12),
    ('lib.toIntBase10 "00"', 0),
    ("lib.toHexString (-1)", CAUGHT),
    ("lib.toBaseDigits 1 5", CAUGHT),
    ("lib.toBaseDigits 2 [ ]", CAUGHT),
    ('lib.strings.charToInt ""', FAILED),
    ('lib.strings.charToInt "é"', FAILED),
    ('lib.strings.charToInt "\\n"', 10),
    ('lib.escapeURL "{é"', "%7Bé"),
    ('lib.versions.pad 2 "1.3-rc1-x"', "1.3-rc1-x"),
    ("lib.versions.pad 1 [ \"\" ]", FAILED),
    # Wrong arguments: what is asserted may be caught.
    ('lib.cmakeOptionType "x" "a" "b"', CAUGHT),
    ('lib.cmakeOptionType "bool" "a" "b"', "-Da:BOOL=b"),
    ("lib.cmakeBool { } true", CAUGHT),
    ('lib.cmakeFeature "a" { }', CAUGHT),
    ("lib.mesonBool { } true", CAUGHT),
    ("lib.mesonEnable 1 true", CAUGHT),
    ('lib.mesonOption "a" 1', CAUGHT),
    ("lib.enableFeature true { }", CAUGHT),
    ('lib.enableFeatureAs { } "a" ""', CAUGHT),
    ("lib.withFeature true 1", CAUGHT),
    ("lib.path.append /a [ ]", CAUGHT),
    ("lib.path.subpath.normalise /a", CAUGHT),
    ("lib.mkOption { bogus = 1; }", FAILED),
    ("lib.mkDefinition { value = 1; }", FAILED),
    ('lib.attrsets.matchAttrs "" { }', CAUGHT),
    ("lib.matchAttrs { a = 1; } true", False),
    # Who is looked at, and when.
    ('lib.overrideExisting { a = 1; } "no set"', {"a": 1}),
    ('lib.recursiveUpdate (throw "left") [ ]', FAILED),
    ('lib.makeSearchPath (throw "unused") [ null ]', ""),
    ('lib.intersectLists (throw "unused") [ ]', []),
    ('lib.subtractLists (throw "unused") [ ]', []),
    ('(builtins.tryEval (lib.generators.mkValueStringDefault (throw "x") 1)).success', False),
    # Outputs of packages.
    ('lib.getInclude { outPath = "/o"; dev = 1; out = 2; }', 1),
    ('lib.getStatic { outPath = "/o"; lib = 1; }', 1),
    ('(lib.getStatic { name = "n"; dev = 1; }).name', "n"),
    ('lib.getInclude "text"', FAILED),
    ('lib.getExe { name = "n"; outPath = "/o"; meta.mainProgram = "m"; }', CAUGHT),
    ('lib.getExe { type = "derivation"; name = "n"; outPath = "/o"; meta.mainProgram = "m"; }', "/o/bin/m"),
    ("lib.getExe' { type = \"derivation\"; name = \"n\"; outPath = \"/o\"; } \"a/b\"", CAUGHT),
    # Tests, lists, files.
    ('lib.runTests { tests = [ "b" ]; testA = { expr = 1; expected = 2; }; b = { expr = 3; expected = 4; }; }',
     [{"name": "b", "expected": 4, "result": 3}]),
    ("lib.testAllTrue [ true 1 ]", {"expr": [True, 1], "expected": [True, True]}),
    ("lib.listDfs true builtins.lessThan [ ]", FAILED),
    ("lib.generators.mkValueStringDefault { } /a", FAILED),
    ("lib.generators.toPretty { } [ 1.5 ]", "[\n  1.5\n]"),
    ('lib.generators.toGitINI { "a.\\"b" = { c = 1; }; }', '[a."b]\n\tc = 1\n'),
    ('lib.generators.toLua { asBindings = true; } { "x-1" = 1; }', CAUGHT),
    ('lib.generators.toLua { asBindings = true; } { "x.y" = 1; }', "x.y = 1\n"),
    ('lib.generators.withRecursion { depthLimit = 0; throwOnDepthLimit = false; } ""', "<unevaluated>"),
    ("lib.generators.withRecursion { depthLimit = 1; throwOnDepthLimit = false; } { a = { b = 1; }; c = 2; }",
     {"a": {"b": "<unevaluated>"}, "c": "<unevaluated>"}),
    ('lib.sortProperties [ { value = lib.mkAfter 1; } { value = 2; } ]', [{"value": 2}, {"value": 1, "priority": 1500}]),
    ("lib.take (throw \"unused\") [ ]", []),
    ("lib.sublist 1 { } [ ]", []),
    ("lib.dropEnd (throw \"unused\") [ ]", []),
    ("lib.mutuallyExclusive (throw \"looked at\") [ ]", CAUGHT),
    ("lib.recursiveUpdateUntil (throw \"a\") (throw \"b\") 0", FAILED),
    ("lib.strings.escapeNixString { a = [ 1.5 ]; }", '{"a":[1.5]}'),
    ("lib.strings.sanitizeDerivationName [ ]", FAILED),
    ('lib.strings.levenshteinAtMost (-1) "a" "a"', True),
    ("lib.generators.toGitINI [ ]", FAILED),
    ("lib.generators.toGitINI { a = 1; }", FAILED),
    ('lib.generators.toLua { asBindings = true; } { "b c" = 1; }', CAUGHT),
    ("lib.literalExpression { }", CAUGHT),
    ("lib.literalMD [ ]", CAUGHT),
    ('map (x: x.drvPath) (lib.scrubOptionValue [ { type = "derivation"; name = "n"; out = 1; } ])', ["n"]),
    ('lib.textClosureList { a = lib.fullDepEntry "A" [ "b" "c" ]; b = lib.noDepEntry "B"; c = lib.stringAfter [ "b" ] "C"; } [ "a" "b" ]',
     ["B", "C", "A"]),
    ('lib.textClosureMap lib.id { a = lib.packEntry [ "b" ]; b = lib.noDepEntry "B"; } [ "a" (lib.noDepEntry "now") ]', "B\n\nnow"),
    ('(lib.getOutput (throw "unused") { outputSpecified = true; a = 1; }).a', 1),
    ('lib.getOutput (throw "looked at") "/text"', CAUGHT),
    ('lib.fixedWidthString (throw "looked at") "/" { }', CAUGHT),
    ('lib.mutuallyExclusive [ 1 ] [ 1 (throw "unused") ]', False),
    ('lib.trimWith { strat = true; } ""', FAILED),
    # What cannot be a summand fails before the other one is looked at.
    ('[ 1 ] + throw "t"', FAILED),
    ('{ } + throw "t"', FAILED),
    ('"a" + throw "t"', CAUGHT),
    ('{ __toString = _: throw "first"; } + abort "second"', CAUGHT),
    ('lib.lists.hasPrefix "" [ ]', False),
    ("lib.foldl' (a: x: x) (throw \"looked at\") [ 1 ]", CAUGHT),
    # Types: what they are called and accept.
    ("(lib.types.passwdEntry lib.types.str).check \"a:b\"", False),
    ("(lib.types.passwdEntry lib.types.str).description", "string, not containing newlines or colons"),
    ("(lib.types.nonEmptyListOf (lib.types.nullOr lib.types.int)).description", "non-empty (list of (null or signed integer))"),
    ("(lib.types.attrsOf (lib.types.listOf lib.types.attrs)).description", "attribute set of list of (attribute set)"),
    ("(lib.types.either lib.types.ints.positive lib.types.str).description", "positive integer, meaning >0, or string"),
    ("(lib.types.oneOf (with lib.types; [ int str bool ])).description", "signed integer or string or boolean"),
    ("(lib.types.listOf (lib.types.submodule { })).description", "list of (submodule)"),
    ("(lib.types.submodule { freeformType = lib.types.attrsOf lib.types.int; }).description", "attribute set of signed integer"),
    ("(lib.types.separatedString \"|\").description", 'strings concatenated with "|"'),
    ("(lib.types.enum [ 1 true 1.5 ]).description", "one of 1, true, <float>"),
    ("lib.types.ints.between 2 1", CAUGHT),
    ("lib.types.numbers.between 2 1", CAUGHT),
    ("(lib.types.numbers.between 0 1.5).check 1.6", False),
    ('lib.types.singleLineStr.check "a\\rb"', False),
    ('lib.types.package.check { outPath = "/o"; }', False),
    ('lib.types.package.check "/nix/store/00000000000000000000000000000000-x"', True),
    ('lib.types.pathInStore.check "/nix/store/x"', False),
    ('lib.types.pathInStore.check "/nix/store/00000000000000000000000000000000-x/y"', True),
    ('(lib.types.pathWith { absolute = false; }).check "/a"', False),
    ("lib.types.pathWith { absolute = false; inStore = true; }", CAUGHT),
    ('lib.types.deferredModule.check "/a"', True),
    ('lib.types.deferredModule.check "a"', False),
    ('lib.path.hasStorePathPrefix /nix/store/x', False),
    # What may stand in the place of a module: a function may give any property, mkMerge too.
    ("(lib.evalModules { modules = [ { options.a = lib.mkOption { }; } ({ lib, ... }: lib.mkMerge [ { a = 1; } ]) ]; }).config.a", 1),
    ("(lib.evalModules { modules = [ { options.a = lib.mkOption { }; } ({ lib, ... }: lib.mkOverride 5 { a = 1; }) ]; }).config.a", 1),
    ("(lib.evalModules { modules = [ (lib.mkMerge [ ]) ]; }).config", CAUGHT),
    ("(lib.evalModules { modules = [ ({ ... }: lib.mkOrder 5 { a = 1; }) ]; }).config", CAUGHT),
    ("(lib.evalModules { modules = [ 1 ]; }).config", FAILED),
    ("(lib.evalModules { modules = [ { imports = [ null ]; } ]; }).config", FAILED),
    ("(lib.evalModules { modules = [ [ ] ]; }).config", CAUGHT),
    ("(lib.evalModules { modules = [ ({ ... }: 1) ]; }).config", CAUGHT),
    ("(lib.evalModules { modules = [ { disabledModules = [ (x: x) ]; } ]; }).config", CAUGHT),
    ("(lib.evalModules { modules = [ { disabledModules = [ { } ]; } ]; }).config", CAUGHT),
    ('(lib.evalModules { modules = [ { disabledModules = [ { outPath = "/x"; } [ 1 ] null ]; } ]; }).config', {}),
    ('(lib.evalModules { modules = [ { disabledModules = [ { outPath = "/x"; key = "y"; } ]; } ]; }).config', CAUGHT),
    ('(lib.evalModules { class = "b"; modules = [ { _class = 1; } ]; }).config', CAUGHT),
    (
        """(lib.evalModules { modules = [ { options.a = lib.mkOption { default = 2; }; } { a = 1; key = "q"; }
             { key = "q"; disabledModules = [ { key = "r"; } ]; } { a = 7; key = "r"; } ]; }).config.a""",
        1,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_as_nixpkgs(text: str, expected: Any) -> None:
    found = outcome(text)
    assert found == {id(CAUGHT): ("caught",), id(FAILED): ("failed",)}.get(id(expected), ("value", expected))
