"""Whatever a function of `lib` or a text builtin is called with: a value or a diagnostic, never a traceback."""

from __future__ import annotations

import random

import pytest

from clanback.diagnostics import DiagnosticError
from clanback.nix import Evaluator, parse
from clanback.nix.lib import supported
from clanback.nix.limits import Limits
from clanback.nix.values import Unknown

ARGUMENTS = [
    "null",
    "true",
    "0",
    "(-3)",
    "9223372036854775807",
    "1.5",
    '""',
    '"a.b-1.2"',
    '"é\\n\\"\'${"\\${"}"',
    '"0x1F"',
    "[ ]",
    '[ "a" "b" "a" ]',
    "[ 1 [ 2 [ null ] ] { } ]",
    '[ { name = "x"; value = 1; } ]',
    "[ (x: x) ]",
    "{ }",
    '{ a = 1; b.c = "x"; }',
    '{ outPath = "/s"; type = "derivation"; name = "n-1"; meta = { }; }',
    '{ _type = "option-type"; name = "t"; }',
    "{ __functor = self: x: x; }",
    "{ path = [ ]; update = x: x; name = 1; assertion = false; message = 1; }",
    "/nowhere/at/all",
    "(x: x)",
    "(x: y: x)",
    "(x: y: z: [ x y z ])",
    "(x: true)",
    "({ a ? 1, ... }: a)",
    "builtins.add",
    "pkgs.x",
    "[ pkgs.x ]",
    "{ a = pkgs.x; }",
    "lib.types.str",
    "lib",
    '(throw "t")',
]
BUILTINS = [
    "match",
    "split",
    "toJSON",
    "fromJSON",
    "toXML",
    "fromTOML",
    "hashString",
    "hashFile",
    "convertHash",
    "compareVersions",
    "parseDrvName",
    "splitVersion",
    "hasContext",
    "getContext",
    "appendContext",
    "unsafeDiscardStringContext",
    "unsafeDiscardOutputDependency",
    "addDrvOutputDependencies",
]
NAMES = [name for name, kind in supported() if kind == "supported" and name.count(".") == 2] + [
    f"builtins.{name}" for name in BUILTINS
]


@pytest.mark.parametrize("part", range(8))
def test_no_arguments_give_a_traceback(part: int) -> None:
    choose = random.Random(part)
    evaluator = Evaluator(
        "/nowhere", limits=Limits(call_depth=500, calls=10_000_000, list_length=100_000, string_length=1_000_000)
    )
    scope = {"lib": evaluator.lib, "pkgs": Unknown("pkgs", "it is nixpkgs")}
    tried = 0
    for name in NAMES[part::8]:
        for _ in range(12):
            # `9223372036854775807` elements or characters are refused, 100,000 are only slow.
            text = " ".join([name, *(choose.choice(ARGUMENTS) for _ in range(choose.randint(1, 4)))])
            evaluator.tick = iter(range(20_000)).__next__
            tried += 1
            try:
                evaluator.force_deep(evaluator.evaluate(parse(text, scope=("lib", "pkgs")), scope))
            except DiagnosticError:
                pass
            except Exception as error:
                pytest.fail(f"{text}: {error!r}")
    assert tried > 500


@pytest.mark.parametrize(
    "text",
    [
        "let a = [ a ]; in lib.flatten a",
        "let a = [ a a ]; in lib.strings.isConvertibleWithToString a",
        "let a = { b = a; }; in lib.collect builtins.isList a",
        "let a = { b = a; }; in lib.generators.toPretty { } a",
        "let a = [ a ]; in builtins.toJSON a",
        "lib.fix (x: x)",
        "lib.converge (x: x + 1) 0",
        "lib.replicate 1000000000 1",
        "lib.range 0 9223372036854775807",
        'lib.fixedWidthString 9000000000 "0" ""',
        "lib.genList (i: i) 900000000",
    ],
)
def test_what_never_ends_is_stopped(text: str) -> None:
    evaluator = Evaluator("/", limits=Limits(call_depth=1_000, calls=100_000, list_length=100_000))
    with pytest.raises(DiagnosticError):
        evaluator.force_deep(evaluator.evaluate(parse(text, scope=("lib",)), {"lib": evaluator.lib}))
