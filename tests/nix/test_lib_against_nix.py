"""Functions of `lib` against definitions of our own in Nix, evaluated by real Nix, on generated arguments.

There is no nixpkgs here, so `lib_definitions.nix` defines each function once more, from what its documentation says.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.nix.lib_outcomes import outcome
from tests.nix.nix_outcomes import theirs

# What arguments each function gets; `_argument` says what the words mean.
ARGUMENTS = {
    "hasPrefix": "s s",
    "hasSuffix": "s s",
    "hasInfix": "s s",
    "removePrefix": "s s",
    "removeSuffix": "s s",
    "stringToCharacters": "a",
    "toUpper": "a",
    "concatStrings": "ls",
    "concatLines": "ls",
    "concatMapStringsSep": "s fss ls",
    "intersperse": "s ls",
    "splitString": "s s",
    "escapeShellArg": "s",
    "escapeRegex": "s",
    "fixedWidthNumber": "w i",
    "trim": "s",
    "versionAtLeast": "v v",
    "versionOlder": "v v",
    "toList": "x",
    "flatten": "nested",
    "unique": "lx",
    "remove": "x lx",
    "subtractLists": "lx lx",
    "intersectLists": "lx lx",
    "mutuallyExclusive": "lx lx",
    "take": "w lx",
    "drop": "w lx",
    "sublist": "w w lx",
    "last": "lx",
    "init": "lx",
    "reverseList": "lx",
    "range": "i i",
    "imap0": "fpair lx",
    "imap1": "fpair lx",
    "zipListsWith": "fpair lx lx",
    "findFirst": "fint x lx",
    "count": "fint lx",
    "foldr": "fpair x lx",
    "foldl": "fpair x lx",
    "naturalSort": "ldigits",
    "sortOn": "flen ls",
    "optionals": "b lx",
    "optional": "b x",
    "optionalString": "b s",
    "optionalAttrs": "b set",
    "filterAttrs": "fkeep set",
    "mapAttrsToList": "fpair set",
    "mapAttrs'": "fnamed set",
    "genAttrs": "ls fss",
    "attrByPath": "path x deep",
    "hasAttrByPath": "path deep",
    "setAttrByPath": "path x",
    "recursiveUpdate": "deep deep",
    "mapAttrsRecursive": "fpair deep",
    "collect": "fint deep",
    "concatMapAttrs": "fset set",
    "zipAttrs": "lset",
    "foldlAttrs": "ftriple x set",
    "nameValuePair": "s x",
    "min": "i i",
    "max": "i i",
    "mod": "i pos",
    "boolToString": "b",
    "pipe": "s lfss",
    "compareLists": "fcompare li li",
    "groupBy'": "fadd i fkey li",
}
DEFINITIONS = Path(__file__).with_name("lib_definitions.nix")


def _argument(choose: random.Random, kind: str, depth: int = 2) -> str:
    def string() -> str:
        return (
            '"'
            + "".join(
                choose.choice(["a", "b", "c", "x", " ", "/", ".", "'", "-", "1", "$", "a", "b"])
                for _ in range(choose.randint(0, 5))
            )
            + '"'
        )

    def anything() -> str:
        return choose.choice([string(), str(choose.randint(0, 4)), "true", "null", "[ 1 ]", "{ a = 1; }", '"a"', "1"])

    def listed(item: str) -> str:
        return "[ " + " ".join(f"({_argument(choose, item)})" for _ in range(choose.randint(0, 5))) + " ]"

    def attributes(item: str) -> str:
        names = choose.sample(["a", "b", "c", "d"], choose.randint(0, 4))
        return "{ " + " ".join(f"{n} = {_argument(choose, item, depth - 1)};" for n in names) + " }"

    match kind:
        case "s" | "a":
            return string().replace("'", "") if kind == "a" else string()
        case "v":
            return '"' + ".".join(choose.choice(["1", "2", "10", "pre", "a"]) for _ in range(choose.randint(1, 3))) + '"'
        case "i":
            return f"({choose.randint(-5, 9)})"
        case "pos":
            return str(choose.randint(1, 7))
        case "w":
            return str(choose.randint(0, 6))
        case "b":
            return choose.choice(["true", "false"])
        case "x":
            return anything()
        case "ls":
            return listed("s")
        case "lx":
            return listed("x")
        case "li":
            return listed("i")
        case "lset":
            return listed("set")
        case "ldigits":
            return "[ " + " ".join(f'"{choose.randint(1, 9)}"' for _ in range(choose.randint(0, 5))) + " ]"
        case "nested":
            return (
                anything()
                if depth == 0 or choose.random() < 0.4
                else "[ " + " ".join(_argument(choose, "nested", depth - 1) for _ in range(choose.randint(0, 3))) + " ]"
            )
        case "set":
            return attributes("x")
        case "deep":
            return anything() if depth == 0 else attributes("deep")
        case "path":
            return "[ " + " ".join(choose.choice(['"a"', '"b"', '"c"']) for _ in range(choose.randint(0, 3))) + " ]"
        case "lfss":
            return "[ " + " ".join(_argument(choose, "fss") for _ in range(choose.randint(0, 3))) + " ]"
    return {
        "fss": choose.choice(['(s: s + "!")', '(s: "<${s}>")', "(s: builtins.substring 0 2 s)"]),
        "fpair": "(a: b: [ a b ])",
        "ftriple": "(a: b: c: [ a b c ])",
        "fint": choose.choice(["builtins.isInt", "builtins.isString", "(x: x == 1)"]),
        "flen": "builtins.stringLength",
        "fkeep": choose.choice(["(n: v: builtins.isInt v)", '(n: v: n < "c")', "(n: v: true)"]),
        "fnamed": choose.choice(['(n: v: { name = n + "!"; value = v; })', '(n: v: { name = "same"; value = v; })']),
        "fset": choose.choice(["(n: v: { ${n} = v; x = n; })", "(n: v: { })", '(n: v: { "${n}1" = v; "${n}2" = n; })']),
        "fcompare": "(a: b: if a < b then -1 else if a > b then 1 else 0)",
        "fadd": "(a: b: a + b)",
        "fkey": '(x: if x > 2 then "big" else "small")',
    }[kind]


def _texts(name: str, count: int) -> list[tuple[str, str]]:
    kinds = ARGUMENTS[name]
    choose = random.Random(name)
    made = []
    for _ in range(count):
        arguments = " ".join(
            a if a.startswith(("(", "[", "{", '"')) or a.replace(".", "").isalnum() else f"({a})"
            for a in (_argument(choose, kind) for kind in kinds.split())
        )
        made.append((f"lib.{name} {arguments}", f"(import {DEFINITIONS}).{name} {arguments}"))
    return made


@pytest.mark.nix
def test_functions_do_what_their_definitions_do(tmp_path: Path) -> None:
    pairs = [pair for name in ARGUMENTS for pair in _texts(name, 25)]
    expected = [outcome(mine) for mine, _ in pairs]
    # The arguments fit the functions, so nearly everything has a value.
    assert sum(found[0] == "value" for found in expected) > 0.93 * len(pairs)
    found = theirs([text for _, text in pairs], tmp_path, expected)
    wrong = [(mine, a, b) for (mine, _), a, b in zip(pairs, expected, found, strict=True) if a != b]
    assert wrong == []
