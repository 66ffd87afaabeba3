"""Functions of `lib`, one table a family: each line an expression and its value, many as nixpkgs' documentation gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clanback.nix import Evaluator
from tests.nix.lib_outcomes import outcome

VALUES = {
    "trivial": [
        ("lib.id 1", 1),
        ('lib.const 5 (throw "unused")', 5),
        ("lib.pipe 2 [ (x: x + 2) (x: x * 2) ]", 8),
        ("lib.concat [ 1 2 ] [ 3 ]", [1, 2, 3]),
        ('lib.or true (throw "")', True),
        ('lib.and false (throw "")', False),
        ("lib.xor true true", False),
        ("lib.bitNot 5", -6),
        ("lib.boolToString true", "true"),
        ("lib.mergeAttrs { a = 1; b = 2; } { b = 3; }", {"a": 1, "b": 3}),
        ("lib.flip (a: b: a - b) 1 5", 4),
        ('lib.defaultTo "d" null', "d"),
        ("lib.mapNullable (x: x + 1) null", None),
        ("lib.mapNullable (x: x + 1) 22", 23),
        ("lib.min 1 2", 1),
        ("lib.max 1 2", 2),
        ("lib.mod 11 10", 1),
        ("lib.mod (-7) 3", -1),
        ('lib.compare "a" "b"', -1),
        ('lib.splitByAndCompare (lib.hasPrefix "foo") lib.compare lib.compare "bar" "fooz"', 1),
        ("lib.toHexString 250", "FA"),
        ('lib.fromHexString "0xff"', 255),
        ("lib.toBaseDigits 10 250", [2, 5, 0]),
        ("lib.isFunction lib.id", True),
        ("lib.isFunction { __functor = self: x: x; }", True),
        ("lib.isFunction { }", False),
        ("lib.functionArgs ({ a, b ? 1 }: a)", {"a": False, "b": True}),
        ("lib.functionArgs (lib.setFunctionArgs (x: x) { a = true; })", {"a": True}),
        ("(lib.toFunction 1) 2", 1),
        ('lib.throwIfNot true "no" 1', 1),
        ('lib.warn "careful" 1', 1),
        ('lib.warnIf false (throw "") 1', 1),
    ],
    "fixed points": [
        (
            'lib.fix (self: { foo = "foo"; bar = "bar"; foobar = self.foo + self.bar; })',
            {"foo": "foo", "bar": "bar", "foobar": "foobar"},
        ),
        ("lib.fix (lib.extends (final: prev: { b = prev.a + 1; }) (final: { a = 1; c = final.b; }))", {"a": 1, "b": 2, "c": 2}),
        ("lib.converge (x: x / 2) 16", 0),
        ("let s = (lib.makeExtensible (f: { a = 1; b = f.a; })).extend (f: p: { a = p.a + 1; }); in [ s.a s.b ]", [2, 2]),
        (
            "lib.fix (lib.extends (lib.composeManyExtensions [ (f: p: { n = p.n + 1; }) (f: p: { n = p.n * 5; }) ]) (f: { n = 1; }))",  # noqa: E501 (one expression)
            {"n": 10},
        ),
    ],
    "attrsets": [
        ('lib.attrByPath [ "a" "b" ] 6 { a.b = 3; }', 3),
        ('lib.attrByPath [ "z" "z" ] 6 { a.b = 3; }', 6),
        ('lib.hasAttrByPath [ "a" "b" ] { a.b = throw ""; }', True),
        ('lib.longestValidPathPrefix [ "a" "b" "c" ] { a.b = 1; }', ["a", "b"]),
        ('lib.setAttrByPath [ "a" "b" ] 3', {"a": {"b": 3}}),
        ('lib.getAttrFromPath [ "a" "b" ] { a.b = 3; }', 3),
        ('lib.attrVals [ "a" "b" ] { a = 1; b = 2; c = 3; }', [1, 2]),
        ('lib.getAttrs [ "a" ] { a = 1; b = 2; }', {"a": 1}),
        ('lib.filterAttrs (n: v: n == "foo") { foo = 1; bar = 2; }', {"foo": 1}),
        ("lib.filterAttrsRecursive (n: v: v != null) { foo = { bar = null; baz = 1; }; }", {"foo": {"baz": 1}}),
        (
            "lib.foldlAttrs (acc: name: value: { sum = acc.sum + value; names = acc.names ++ [ name ]; }) { sum = 0; names = [ ]; } { a = 1; b = 3; }",  # noqa: E501 (one expression)
            {"sum": 4, "names": ["a", "b"]},
        ),
        ("lib.foldAttrs (item: acc: [ item ] ++ acc) [ ] [ { a = 2; } { a = 3; } ]", {"a": [2, 3]}),
        ('lib.collect builtins.isList { a = { b = [ "b" ]; }; c = [ 1 ]; }', [["b"], [1]]),
        (
            "lib.cartesianProduct { a = [ 1 2 ]; b = [ 10 20 ]; }",
            [{"a": 1, "b": 10}, {"a": 1, "b": 20}, {"a": 2, "b": 10}, {"a": 2, "b": 20}],
        ),
        ("lib.mapCartesianProduct ({ a, b }: a + b) { a = [ 1 ]; b = [ 2 3 ]; }", [3, 4]),
        ('lib.nameValuePair "some" 6', {"name": "some", "value": 6}),
        ('lib.mapAttrs\' (name: value: lib.nameValuePair ("foo_" + name) ("bar-" + value)) { x = "a"; }', {"foo_x": "bar-a"}),
        ('lib.mapAttrsToList (name: value: name + value) { x = "a"; y = "b"; }', ["xa", "yb"]),
        ("lib.attrsToList { foo = 1; }", [{"name": "foo", "value": 1}]),
        ('lib.concatMapAttrs (name: value: { ${name} = value; ${name + value} = value; }) { x = "a"; }', {"x": "a", "xa": "a"}),
        (
            'lib.mapAttrsRecursive (path: value: builtins.concatStringsSep "-" (path ++ [ value ])) { n.a = "A"; b = "B"; }',
            {"n": {"a": "n-a-A"}, "b": "b-B"},
        ),
        (
            'lib.mapAttrsRecursiveCond (as: !(as ? keep)) (p: v: if builtins.isAttrs v then "kept" else v) { a.keep = 1; b.c = 2; }',  # noqa: E501 (one expression)
            {"a": "kept", "b": {"c": 2}},
        ),
        ('lib.mapAttrsToListRecursive (p: v: "${lib.concatStringsSep "." p}=${v}") { a.b = "1"; c = "2"; }', ["a.b=1", "c=2"]),
        ('lib.genAttrs [ "foo" "bar" ] (name: "x_" + name)', {"foo": "x_foo", "bar": "x_bar"}),
        ('lib.isDerivation { type = "derivation"; }', True),
        ('lib.optionalAttrs false { a = throw ""; }', {}),
        ('lib.zipAttrsWith (name: values: values) [ { a = "x"; } { a = "y"; b = "z"; } ]', {"a": ["x", "y"], "b": ["z"]}),
        ('lib.zipAttrsWithNames [ "a" ] (name: vs: vs) [ { a = 1; b = 2; } { a = 3; } ]', {"a": [1, 3]}),
        (
            'lib.recursiveUpdate { boot.enable = true; boot.device = "/dev/hda"; } { boot.device = ""; }',
            {"boot": {"enable": True, "device": ""}},
        ),
        (
            'lib.recursiveUpdateUntil (path: l: r: path == [ "foo" ]) { foo.bar = 1; foo.baz = 2; bar = 3; } { foo.bar = 1; foo.quz = 2; baz = 4; }',  # noqa: E501 (one expression)
            {"foo": {"bar": 1, "quz": 2}, "bar": 3, "baz": 4},
        ),
        ("lib.matchAttrs { cpu = { bits = 64; }; } { cpu = { bits = 64; fast = true; }; os = 1; }", True),
        ("lib.overrideExisting { a = 1; } { a = 2; b = 3; }", {"a": 2}),
        ('lib.showAttrPath [ "foo" "10" "bar" ]', 'foo."10".bar'),
        ('lib.getBin { out = "o"; bin = "b"; }', "b"),
        ('lib.getLib { out = "o"; bin = "b"; }', "o"),
        ('lib.getLib "plain"', "plain"),
        (
            'lib.updateManyAttrsByPath [ { path = [ "a" "b" ]; update = old: { d = old.c; }; } { path = [ "x" "y" ]; update = old: "xy"; } ] { a.b.c = 0; }',  # noqa: E501 (one expression)
            {"a": {"b": {"d": 0}}, "x": {"y": "xy"}},
        ),
        ("lib.mergeAttrsList [ { a = 0; b = 1; } { c = 2; } { b = 3; } ]", {"a": 0, "b": 3, "c": 2}),
        ("lib.attrsets.unionOfDisjoint { a = 1; } { b = 2; }", {"a": 1, "b": 2}),
    ],
    "lists": [
        ('lib.singleton "foo"', ["foo"]),
        ('lib.forEach [ "a" "b" ] (x: x + x)', ["aa", "bb"]),
        ('lib.foldr (a: b: a + b) "z" [ "a" "b" "c" ]', "abcz"),
        ('lib.foldl (a: b: a + b) "z" [ "a" "b" "c" ]', "zabc"),
        ("lib.foldl' (a: b: a + b) 0 [ 1 2 3 ]", 6),
        ('lib.imap0 (i: v: "${v}-${toString i}") [ "a" "b" ]', ["a-0", "b-1"]),
        ('lib.imap1 (i: v: "${v}-${toString i}") [ "a" "b" ]', ["a-1", "b-2"]),
        ("lib.ifilter0 (i: v: i == 0 || v > 2) [ 1 2 3 ]", [1, 3]),
        ("lib.flatten [ 1 [ 2 [ 3 ] 4 ] 5 ]", [1, 2, 3, 4, 5]),
        ("lib.flatten 1", [1]),
        ("lib.remove 3 [ 1 3 4 3 ]", [1, 4]),
        ('lib.findSingle (x: x == 3) "none" "multiple" [ 1 3 3 ]', "multiple"),
        ('lib.findSingle (x: x == 3) "none" "multiple" [ 1 3 ]', 3),
        ("lib.findFirst (x: x > 3) 7 [ 1 6 4 ]", 6),
        ("lib.lists.findFirstIndex (x: x > 3) null [ 0 6 4 ]", 1),
        ('lib.any builtins.isString [ 1 "a" { } ]', True),
        ("lib.all (x: x < 3) [ 1 2 ]", True),
        ("lib.count (x: x == 3) [ 3 2 3 4 6 ]", 2),
        ('lib.optional true "foo"', ["foo"]),
        ('lib.optionals false (throw "")', []),
        ('lib.toList "hi"', ["hi"]),
        ("lib.range 2 4", [2, 3, 4]),
        ("lib.range 3 2", []),
        ('lib.replicate 3 "a"', ["a", "a", "a"]),
        ("lib.partition (x: x > 2) [ 5 1 2 3 4 ]", {"right": [5, 3, 4], "wrong": [1, 2]}),
        ("lib.groupBy' builtins.add 0 (x: lib.boolToString (x > 2)) [ 5 1 2 3 4 ]", {"true": 12, "false": 3}),
        ('lib.zipLists [ 1 2 ] [ "a" "b" "c" ]', [{"fst": 1, "snd": "a"}, {"fst": 2, "snd": "b"}]),
        ('lib.reverseList [ "b" "o" "j" ]', ["j", "o", "b"]),
        ("lib.toposort (a: b: a < b) [ 3 2 1 ]", {"result": [1, 2, 3]}),
        ('lib.toposort (lib.hasPrefix) [ "/home/user" "other" "/" "/home" ]', {"result": ["/", "/home", "/home/user", "other"]}),
        (
            'lib.toposort lib.hasPrefix [ "/home/user" "other" "/" "/home" "/" ]',
            {"cycle": ["/home/user", "/", "/"], "loops": ["/"]},
        ),
        (
            'lib.listDfs true lib.hasPrefix [ "/home/user" "other" "/" "/home" ]',
            {"minimal": "/", "visited": ["/home/user"], "rest": ["/home", "other"]},
        ),
        ("lib.sort (a: b: a < b) [ 5 3 7 ]", [3, 5, 7]),
        ('lib.sortOn builtins.stringLength [ "aa" "b" "cccc" ]', ["b", "aa", "cccc"]),
        ('lib.compareLists lib.compare [ "a" ] [ ]', 1),
        ('lib.naturalSort [ "disk11" "disk8" "disk100" "disk9" ]', ["disk8", "disk9", "disk11", "disk100"]),
        ('lib.naturalSort [ "10.46.133.149" "10.5.16.62" ]', ["10.5.16.62", "10.46.133.149"]),
        ('lib.take 2 [ "a" "b" "c" ]', ["a", "b"]),
        ('lib.drop 2 [ "a" "b" "c" ]', ["c"]),
        ("lib.lists.takeEnd 2 [ 1 2 3 ]", [2, 3]),
        ("lib.lists.dropEnd 2 [ 1 2 3 ]", [1]),
        ('lib.sublist 1 3 [ "a" "b" "c" "d" "e" ]', ["b", "c", "d"]),
        ("lib.lists.hasPrefix [ 1 2 ] [ 1 2 3 ]", True),
        ("lib.lists.removePrefix [ 1 ] [ 1 2 ]", [2]),
        ("lib.lists.commonPrefix [ 1 2 3 ] [ 1 2 4 ]", [1, 2]),
        ("lib.last [ 1 2 3 ]", 3),
        ("lib.init [ 1 2 3 ]", [1, 2]),
        ('lib.crossLists (x: y: "${toString x}${toString y}") [ [ 1 2 ] [ 3 4 ] ]', ["13", "14", "23", "24"]),
        ("lib.unique [ 3 2 3 4 ]", [3, 2, 4]),
        ('lib.unique [ "b" "a" "b" ]', ["b", "a"]),
        ("lib.unique [ { a = 1; } { a = 1; } 1 1.0 true ]", [{"a": 1}, 1, True]),
        ("lib.allUnique [ 3 2 3 ]", False),
        ("lib.intersectLists [ 1 2 3 ] [ 6 3 2 ]", [3, 2]),
        ("lib.subtractLists [ 3 2 ] [ 1 2 3 4 5 3 ]", [1, 4, 5]),
        ("lib.mutuallyExclusive [ 1 ] [ 2 ]", True),
    ],
    "strings": [
        ('lib.concatStrings [ "foo" "bar" ]', "foobar"),
        ('lib.concatMapStrings (x: "a" + x) [ "foo" "bar" ]', "afooabar"),
        ('lib.concatImapStrings (pos: x: "${toString pos}-${x}") [ "foo" "bar" ]', "1-foo2-bar"),
        ('lib.intersperse "/" [ "usr" "local" ]', ["usr", "/", "local"]),
        ('lib.concatMapStringsSep "-" lib.toUpper [ "foo" "bar" ]', "FOO-BAR"),
        ('lib.concatImapStringsSep "-" (pos: x: toString (x / pos)) [ 6 6 6 ]', "6-3-2"),
        ('lib.concatMapAttrsStringSep "\\n" (n: v: "${n}: ${v}") { a = "1"; b = "2"; }', "a: 1\nb: 2"),
        ('lib.concatLines [ "foo" "bar" ]', "foo\nbar\n"),
        ('lib.makeSearchPath "bin" [ "/root" "/usr" null ]', "/root/bin:/usr/bin"),
        ('lib.makeBinPath [ "/root" { outPath = "/nix/store/x"; } ]', "/root/bin:/nix/store/x/bin"),
        ('lib.optionalString false (throw "")', ""),
        ('lib.hasPrefix "foo" "foobar"', True),
        ('lib.hasSuffix "foo" "barfoo"', True),
        ('lib.hasInfix "bc" "abcd"', True),
        ('lib.stringToCharacters "abc"', ["a", "b", "c"]),
        ('lib.stringAsChars (x: if x == "a" then "i" else x) "nax"', "nix"),
        ('lib.strings.charToInt "A"', 65),
        ('lib.escape [ "(" ")" ] "(foo)"', "\\(foo\\)"),
        ('lib.strings.escapeC [ " " ] "foo bar"', "foo\\x20bar"),
        ('lib.escapeURL "foo/bar baz"', "foo%2Fbar%20baz"),
        ('lib.escapeShellArg "esc\'ape\\nme"', "'esc'\\''ape\nme'"),
        ('lib.escapeShellArg ""', "''"),
        ('lib.escapeShellArgs [ "one" "two three" "four\'five" ]', "one 'two three' 'four'\\''five'"),
        (
            'lib.toShellVars { foo = "x y"; bar = [ 1 "2" ]; baz = { a = "b c"; }; }',
            "declare -a bar=(1 2)\ndeclare -A baz=([a]='b c')\nfoo='x y'",
        ),
        ('lib.strings.escapeNixString "hello\\${}\\n"', '"hello\\${}\\n"'),
        ('lib.strings.escapeNixIdentifier "0abc"', '"0abc"'),
        ('lib.escapeRegex "[^a-z]*"', "\\[\\^a-z]\\*"),
        ('lib.escapeXML "\\"test\\" \'test\' < & >"', "&quot;test&quot; &apos;test&apos; &lt; &amp; &gt;"),
        ('lib.toUpper "homeé"', "HOMEé"),
        ('lib.toLower "HOME"', "home"),
        ('lib.toSentenceCase "home TOWN"', "Home town"),
        ('lib.splitString "." "foo.bar.baz"', ["foo", "bar", "baz"]),
        ('lib.splitString "/" "/usr/local/bin"', ["", "usr", "local", "bin"]),
        ('lib.removePrefix "foo." "foo.bar.baz"', "bar.baz"),
        ('lib.removeSuffix "front" "homefront"', "home"),
        ('lib.removeSuffix "" "x"', "x"),
        ('lib.versionOlder "1.1" "1.2"', True),
        ('lib.versionAtLeast "1.1" "1.1"', True),
        ('lib.getName "youtube-dl-2016.01.01"', "youtube-dl"),
        ('lib.getName { pname = "a"; }', "a"),
        ('lib.getVersion "youtube-dl-2016.01.01"', "2016.01.01"),
        ('lib.nameFromURL "https://nixos.org/releases/nix-1.7-x86_64-linux.tar.bz2" "-"', "nix"),
        ('lib.mesonBool "hardened" true', "-Dhardened=true"),
        ('lib.cmakeBool "ENABLE_STATIC_LIBS" false', "-DENABLE_STATIC_LIBS:BOOL=FALSE"),
        ('lib.enableFeature true "foo"', "--enable-foo"),
        ('lib.withFeatureAs true "foo" "bar"', "--with-foo=bar"),
        ('lib.fixedWidthString 5 "0" (toString 15)', "00015"),
        ("lib.fixedWidthNumber 5 15", "00015"),
        ("lib.isStringLike { outPath = 1; }", True),
        ("lib.strings.isConvertibleWithToString [ 1 [ true null ] ]", True),
        ('lib.isStorePath "/nix/store/d945ibfx9x185xf04b890y4f9g3cbb63-python-2.7.11"', True),
        ('lib.isStorePath "/nix/store/d945ibfx9x185xf04b890y4f9g3cbb63-python-2.7.11/bin"', False),
        ('lib.toInt "1337"', 1337),
        ('lib.toInt "-4"', -4),
        ('lib.toInt " 123 "', 123),
        ('lib.toIntBase10 "0070"', 70),
        ('lib.strings.sanitizeDerivationName "../hello.bar # foo"', "-hello.bar-foo"),
        ('lib.strings.sanitizeDerivationName ""', "unknown"),
        ('lib.strings.levenshtein "kitten" "sitting"', 3),
        ('lib.strings.commonPrefixLength "abc" "abd"', 2),
        ('lib.strings.normalizePath "/a//b///c/"', "/a/b/c/"),
        ('lib.trim "  hello\\t\\n"', "hello"),
        ('lib.trimWith { start = true; } "  x  "', "x  "),
        ('lib.replaceStrings [ "a" ] [ "b" ] "aa"', "bb"),
        ('lib.strings.replicate 3 "v"', "vvv"),
        ('lib.splitStringBy (_: c: c == ".") true "foo.bar"', ["foo", ".bar"]),
        ('lib.strings.match "a(.*)" "abc"', ["bc"]),
    ],
}

FAILURES = [
    ('lib.getAttrFromPath [ "a" ] { }', "failed"),
    ("lib.last [ ]", "caught"),
    ("lib.init [ ]", "caught"),
    ('lib.toInt "x"', "caught"),
    ('lib.toInt "012"', "caught"),
    ('lib.throwIf true "no" 1', "caught"),
    ('lib.assertMsg false "no"', "caught"),
    ('lib.fixedWidthString 1 "0" "abc"', "caught"),
    ('lib.path.append /a "../b"', "caught"),
    ('lib.path.append "/a" "b"', "caught"),
    ("lib.genAttrs [ 1 ] (x: x)", "failed"),
    ('lib.take "x" [ 1 ]', "failed"),
    ("lib.optionals 1 [ ]", "failed"),
    ("lib.generators.toKeyValue { } { a = { }; }", "failed"),
    ('lib.updateManyAttrsByPath [ { path = [ "a" ]; update = x: x; } ] { }', "caught"),
]


@pytest.mark.parametrize(("text", "value"), [case for cases in VALUES.values() for case in cases])
def test_values(text: str, value: object) -> None:
    assert outcome(text) == ("value", value)


@pytest.mark.parametrize(("text", "how"), FAILURES)
def test_failures(text: str, how: str) -> None:
    assert outcome(text) == (how,)


def test_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.json").write_text('{"x": [1]}')
    (tmp_path / "sub" / "b.toml").write_text("y = 2")
    (tmp_path / "sub" / "c").write_text("text\n")
    evaluator = Evaluator(str(tmp_path))

    def found(text: str) -> object:
        return outcome(text, evaluator)

    assert found(f"lib.importJSON {tmp_path}/a.json") == ("value", {"x": [1]})
    assert found(f"lib.importTOML {tmp_path}/sub/b.toml") == ("value", {"y": 2})
    assert found(f"lib.fileContents {tmp_path}/sub/c") == ("value", "text")
    assert found(f"lib.pathIsDirectory {tmp_path}/sub") == ("value", True)
    assert found(f"lib.pathIsRegularFile {tmp_path}/none") == ("value", False)
    names = [f"{tmp_path}/a.json", f"{tmp_path}/sub/b.toml", f"{tmp_path}/sub/c"]
    assert found(f"map toString (lib.filesystem.listFilesRecursive {tmp_path})") == ("value", names)
    assert found("lib.importJSON /etc/passwd") == ("failed",)
