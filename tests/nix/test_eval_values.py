"""What expressions mean: one table a part of the language, each line an expression and its value."""

from __future__ import annotations

import pytest

from tests.nix.nix_outcomes import ours

SORTED = (
    "map (x: x.v) (builtins.sort (a: b: a.k < b.k) [ { k = 1; v = 1; } { k = 0; v = 2; } { k = 1; v = 3; } { k = 0; v = 4; } ])"
)


def closure(start: str, operator: str) -> str:
    """The keys that `builtins.genericClosure` finds."""
    return f"map (x: x.key) (builtins.genericClosure {{ startSet = [ {start} ]; operator = x: {operator}; }})"


VALUES = {
    "arithmetic": [
        ("1 + 2 * 3", 7),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("7 / -2", -3),
        ("7 / 2.0", 3.5),
        ("-(1 + 2)", -3),
        ("1 + 1.5", 2.5),
        ("9223372036854775807 - 1 + 1", 9223372036854775807),
        ("-9223372036854775807 - 1", -(2**63)),
        ("builtins.bitAnd 12 10", 8),
        ("builtins.bitXor (-1) 5", -6),
        ("builtins.floor (-1.5)", -2),
        ("builtins.ceil 1.2", 2),
        ("builtins.div 9 4", 2),
    ],
    "comparison": [
        ("1 < 1.5", True),
        ("1 == 1.0", True),
        ('"a" < "b"', True),
        ('"Z" < "a"', True),
        ('"ä" > "z"', True),
        ("[ 1 2 ] < [ 1 3 ]", True),
        ("[ 1 ] < [ 1 0 ]", True),
        ("[ ] < [ ]", False),
        ("/a < /b", True),
        ("null == null", True),
        ("true == 1", False),
        ('1 == "1"', False),
        ("1.5 == null", False),
        ("{ a = 1; } == { a = 1; }", True),
        ("{ a = 1; } == { a = 1; b = 2; }", False),
        ('{ type = "derivation"; outPath = "x"; a = 1; } == { type = "derivation"; outPath = "x"; }', True),
        ("(x: x) == (x: x)", False),
        ("let f = x: x; in f == f", False),
        ("let f = x: x; in [ f ] == [ f ]", True),
        ("let f = x: x; in { inherit f; } == { inherit f; }", True),
    ],
    "logic": [
        ("false && throw \"no\"", False),
        ("true || throw \"no\"", True),
        ("false -> throw \"no\"", True),
        ("true -> false", False),
        ("!true || true", True),
    ],
    "strings": [
        ('"a" + "b"', "ab"),
        ('"x${"y"}z"', "xyz"),
        ('"${{ __toString = self: self.n; n = "v"; }}"', "v"),
        ('"${{ outPath = "/p"; }}/bin"', "/p/bin"),
        ("''\n  a\n    b\n''", "a\n  b\n"),
        ("toString true", "1"),
        ("toString false", ""),
        ("toString null", ""),
        ("toString 1.5", "1.500000"),
        ("toString [ 1 [ 2 [ ] 3 ] \"\" 4 ]", "1 2 3  4"),
        ("builtins.stringLength \"ä\"", 2),
        ("builtins.substring 0 2 \"äb\"", "ä"),
        ("builtins.substring 2 100 \"äb\"", "b"),
        ("builtins.substring 1 (-1) \"abc\"", "bc"),
        ("builtins.substring 10 1 \"abc\"", ""),
        ('builtins.replaceStrings [ "oo" "a" ] [ "a" "i" ] "foobar"', "fabir"),
        ('builtins.replaceStrings [ "" ] [ "-" ] "ab"', "-a-b-"),
        ('builtins.replaceStrings [ "a" "" ] [ "x" "-" ] "ab"', "x-b-"),
        ('builtins.concatStringsSep ", " [ "a" "b" ]', "a, b"),
        ("baseNameOf \"/a/b/\"", "b"),
        ("baseNameOf \"a\"", "a"),
        ("dirOf \"/a/b\"", "/a"),
        ("dirOf \"a\"", "."),
        ("http://example.org/x", "http://example.org/x"),
    ],
    "paths": [
        ("toString /a/../b/./c", "/b/c"),
        ("toString (/a + \"/b\")", "/a/b"),
        ("toString (/a + \"b\")", "/ab"),
        ("toString (/. + \"a\")", "/a"),
        ("toString /a/${\"b\"}/c", "/a/b/c"),
        ("toString (dirOf /a/b)", "/a"),
        ("dirOf /a == /.", True),
        ("baseNameOf /a/b.nix", "b.nix"),
        ("builtins.typeOf (/a + /b)", "path"),
        ("builtins.isPath ./x", True),
    ],
    "sets": [
        ("{ a.b.c = 1; a.b.d = 2; }.a.b.d", 2),
        ("rec { a = b; b = 1; }.a", 1),
        ("{ a = 1; }.b or 2", 2),
        ("{ a = 1; }.a.b.c or 2", 2),
        ("{ a.b = 1; } ? a.b", True),
        ("{ a = 1; } ? a.b", False),
        ("1 ? a", False),
        ('{ "${"x"}" = 1; ${null} = 2; }', {"x": 1}),
        ("{ a = 1; b = 2; } // { b = 3; }", {"a": 1, "b": 3}),
        ("let a = 1; in { inherit a; }", {"a": 1}),
        ("{ inherit ({ x = 1; y = 2; }) x y; }", {"x": 1, "y": 2}),
        ("let x = 1; in rec { inherit x; y = x; }.y", 1),
        ("let { body = a; a = 1; }", 1),
        ("rec { a = 1; b = a; __overrides = { a = 2; }; }.b", 2),
        ("rec { __overrides = { z = 2; }; }.z", 2),
        ("builtins.attrNames { b = 1; a = 2; }", ["a", "b"]),
        ("builtins.attrValues { b = 1; a = 2; }", [2, 1]),
        ("builtins.mapAttrs (n: v: n + toString v) { a = 1; }", {"a": "a1"}),
        ('builtins.listToAttrs [ { name = "a"; value = 1; } { name = "a"; value = 2; } ]', {"a": 1}),
        ("builtins.removeAttrs { a = 1; b = 2; } [ \"a\" ]", {"b": 2}),
        ("builtins.intersectAttrs { a = 1; } { a = 2; b = 3; }", {"a": 2}),
        ("builtins.catAttrs \"a\" [ { a = 1; } { } { a = 2; } ]", [1, 2]),
        ("builtins.zipAttrsWith (n: vs: vs) [ { a = 1; } { a = 2; b = 3; } ]", {"a": [1, 2], "b": [3]}),
        ("builtins.functionArgs ({ a, b ? 1 }: a)", {"a": False, "b": True}),
        ("builtins.groupBy (x: if x > 1 then \"big\" else \"small\") [ 1 2 3 ]", {"big": [2, 3], "small": [1]}),
    ],
    "functions": [
        ("(x: y: x - y) 3 1", 2),
        ("let f = x: y: x - y; g = f 3; in g 1", 2),
        ("let f = x: y: z: [ x y z ]; in f 1 2 3", [1, 2, 3]),
        ("let f = x: y: z: [ x y z ]; in (f 1) 2 3", [1, 2, 3]),
        ("(x: x: x) 1 2", 2),
        ("({ a, b ? a + 1 }: [ a b ]) { a = 1; }", [1, 2]),
        ("({ a ? b, b ? 2 }: a) { }", 2),
        ("({ a, ... } @ all: all.b + a) { a = 1; b = 2; }", 3),
        ("(all @ { a ? 5, ... }: all ? a) { }", False),
        ("{ __functor = self: x: self.n + x; n = 1; } 2", 3),
        ("let fib = n: if n < 2 then n else fib (n - 1) + fib (n - 2); in fib 15", 610),
        ("builtins.add 1 2", 3),
        ("map (builtins.add 1) [ 1 2 ]", [2, 3]),
    ],
    "scope": [
        ("let a = 1; in with { a = 2; }; a", 1),
        ("with { a = 1; }; with { a = 2; }; a", 2),
        ("with { a = 1; }; with { b = 2; }; a", 1),
        ("with { true = 5; }; true", True),
        ("with throw \"lazy\"; 1", 1),
        ("let true = 5; in true", 5),
        ("let a = b; b = c; c = 1; in a", 1),
        ("let x = 1; in let x = 2; in x", 2),
    ],
    "laziness": [
        ("(x: 1) (throw \"no\")", 1),
        ("builtins.length [ (throw \"no\") ]", 1),
        ("let a = { b = throw \"no\"; c = 1; }; in a.c", 1),
        ("builtins.head [ 1 (throw \"no\") ]", 1),
        ("let xs = [ 1 ] ++ xs'; xs' = [ ]; in xs", [1]),
        ("let s = { a = 1; b = s.a; }; in s.b", 1),
        ("builtins.attrNames { a = throw \"no\"; }", ["a"]),
        ("(builtins.tryEval (throw \"x\")).success", False),
        ("(builtins.tryEval (assert false; 1)).success", False),
        ("(builtins.tryEval { a = throw \"x\"; }).success", True),
        ("builtins.seq { a = throw \"x\"; } 1", 1),
        ("(builtins.tryEval (builtins.deepSeq { a = throw \"x\"; } 1)).success", False),
        ("let t = { self = t; n = 1; }; in builtins.deepSeq t t.n", 1),
    ],
    "lists": [
        ("[ 1 ] ++ [ 2 ] ++ [ ]", [1, 2]),
        ("builtins.elemAt [ 1 2 ] 1", 2),
        ("builtins.foldl' (a: b: a + b) 0 [ 1 2 3 ]", 6),
        ("builtins.sort (a: b: a > b) [ 1 3 2 ]", [3, 2, 1]),
        (SORTED, [2, 4, 1, 3]),
        ("builtins.genList (x: x * x) 4", [0, 1, 4, 9]),
        ("builtins.partition (x: x > 1) [ 1 2 3 ]", {"right": [2, 3], "wrong": [1]}),
        ("builtins.concatMap (x: [ x x ]) [ 1 2 ]", [1, 1, 2, 2]),
        ("builtins.elem 2.0 [ 1 2 ]", True),
        ("builtins.all (x: x > 0) [ ]", True),
        ("builtins.any (x: x > 0) [ ]", False),
        (closure("{ key = 1; }", "if x.key > 3 then [ ] else [ { key = x.key + 1; } { key = x.key * 2; } ]"), [1, 2, 3, 4, 6]),
        (closure("{ key = [ 1 ]; } { key = [ 1 ]; } { key = [ 0 ]; }", "[ ]"), [[1], [0]]),
        (closure("{ key = 1; } { key = 1.0; } { key = 0.5; }", "[ ]"), [1, 0.5]),
    ],
    "types": [
        ("map builtins.typeOf [ 1 1.0 true null \"\" [ ] { } (x: x) /a builtins.add ]",
         ["int", "float", "bool", "null", "string", "list", "set", "lambda", "path", "lambda"]),
        ("builtins.isFunction { __functor = self: x: x; }", False),
        ("builtins.typeOf __curPos.line", "int"),
        ("__curPos.column", 1),
        ("(builtins.unsafeGetAttrPos \"b\" { a = 1; b = 2; }).column", 41),
        ("builtins.nixVersion > \"2.2\"", True),
        ("builtins.getEnv \"HOME\"", ""),
        ("__add 1 2", 3),
        ("builtins.builtins.builtins.add 1 2", 3),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"), [row for rows in VALUES.values() for row in rows], ids=lambda x: x if isinstance(x, str) else ""
)
def test_values(text, value):
    assert ours(text) == ("value", value)


@pytest.mark.nix
def test_real_nix_agrees_with_the_tables(tmp_path):
    """All lines but those whose value 2.8 gives otherwise."""
    from tests.nix.nix_outcomes import alike, theirs

    differing = ("nixVersion", "getEnv", "__curPos", "AttrPos")  # by version, purity, and the file the text lies in
    rows = [row for rows in VALUES.values() for row in rows if not any(word in row[0] for word in differing)]
    found = theirs([text for text, _ in rows], tmp_path, [("value", value) for _, value in rows])
    different = [
        (text, value, real) for (text, value), real in zip(rows, found, strict=True) if not alike(("value", value), real)
    ]
    assert not different


def test_overrides_of_a_recursive_set_must_be_a_set():
    assert ours("rec { __overrides = { a = 2; }; a = 1; b = a; }.b") == ("value", 2)
    assert ours("builtins.attrNames (rec { __overrides = 1; })") == ("failed",)
    assert ours("builtins.attrNames { __overrides = 1; }") == ("value", ["__overrides"])


@pytest.mark.parametrize("wrong", ['name = "a b"', 'name = ""', 'name = ".a"', "name = 1", 'name = "a"; __structuredAttrs = 1'])
def test_derivations_that_nix_refuses_at_once(wrong):
    given = f'{{ {wrong}; system = "s"; builder = "/b"; }}'
    assert ours(f"(derivation {given}).outPath") == ("failed",)
    assert ours(f"builtins.derivationStrict {given}") == ("failed",)
    assert ours(f"(derivation {given}).system") == ("value", "s"), "nothing is checked before a path is needed"
