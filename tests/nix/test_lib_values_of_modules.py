"""Functions of `lib` for modules, options, types, formats, paths and packages: each line an expression and its value."""

from __future__ import annotations

import pytest

from tests.nix.lib_outcomes import outcome

VALUES = {
    "versions": [
        ('lib.versions.major "1.2.3"', "1"),
        ('lib.versions.minor "1.2.3"', "2"),
        ('lib.versions.patch "1.2.3"', "3"),
        ('lib.versions.majorMinor "1.2.3"', "1.2"),
        ('lib.versions.pad 3 "1.2"', "1.2.0"),
        ('lib.versions.pad 3 "1.3-rc1"', "1.3.0-rc1"),
    ],
    "modules": [
        ("lib.mkIf true 1", {"_type": "if", "condition": True, "content": 1}),
        ("lib.mkMerge [ 1 ]", {"_type": "merge", "contents": [1]}),
        ("lib.mkForce 1", {"_type": "override", "priority": 50, "content": 1}),
        ("lib.mkDefault 1", {"_type": "override", "priority": 1000, "content": 1}),
        ("lib.mkOptionDefault 1", {"_type": "override", "priority": 1500, "content": 1}),
        ("lib.mkVMOverride 1", {"_type": "override", "priority": 10, "content": 1}),
        ("lib.mkOverride 3 1", {"_type": "override", "priority": 3, "content": 1}),
        ("lib.mkBefore [ ]", {"_type": "order", "priority": 500, "content": []}),
        ("lib.mkAfter [ ]", {"_type": "order", "priority": 1500, "content": []}),
        ("lib.mkOrder 7 [ ]", {"_type": "order", "priority": 7, "content": []}),
        ("lib.modules.mkIf false null", {"_type": "if", "condition": False, "content": None}),
        ("lib.modules.defaultOrderPriority", 1000),
    ],
    "options": [
        ("lib.mkOption { default = 1; }", {"_type": "option", "default": 1}),
        ("lib.isOption (lib.mkOption { })", True),
        ("lib.isOption 1", False),
        (
            'builtins.removeAttrs (lib.mkEnableOption "foo") [ "type" ]',
            {"_type": "option", "default": False, "example": True, "description": "Whether to enable foo."},
        ),
        ('(lib.mkEnableOption "foo").type.name', "bool"),
        ('lib.literalExpression "1 + 1"', {"_type": "literalExpression", "text": "1 + 1"}),
        ('lib.showOption [ "foo" "bar" "*" "<name>" "a b" ]', 'foo.bar.*.<name>."a b"'),
        ('(lib.mkPackageOption { hello = "H"; } "hello" { }).default', "H"),
        ('(lib.mkPackageOption { hello = "H"; } "hello" { }).defaultText.text', "pkgs.hello"),
    ],
    "types": [
        ("lib.types.str._type", "option-type"),
        ("lib.types.str.check 1", False),
        ("lib.types.port.check 65535", True),
        ("lib.types.port.check 65536", False),
        ("lib.types.ints.positive.check 0", False),
        ("(lib.types.ints.between 1 3).check 3", True),
        ("lib.types.ints.u8.check 256", False),
        ('(lib.types.enum [ "a" "b" ]).check "b"', True),
        ("(lib.types.nullOr lib.types.int).check null", True),
        ('(lib.types.either lib.types.int lib.types.str).check "x"', True),
        ('(lib.types.oneOf [ lib.types.int lib.types.bool ]).check "x"', False),
        ('(lib.types.strMatching "[a-z]+").check "abc"', True),
        ('lib.types.path.check "/a"', True),
        ('lib.types.path.check "a"', False),
        ("lib.types.lines.name", "separatedString"),
        ("(lib.types.listOf lib.types.str).description", "list of string"),
        ("(lib.types.attrsOf (lib.types.nullOr lib.types.str)).description", "attribute set of (null or string)"),
        ("(lib.types.attrsOf lib.types.str).nestedTypes.elemType.name", "str"),
        ("(lib.types.submodule { }).name", "submodule"),
        ("(lib.types.coercedTo lib.types.int toString lib.types.str).check 1", True),
        ("(lib.types.addCheck lib.types.int (x: x > 3)).check 2", False),
        ('lib.isType "option-type" lib.types.str', True),
        ('(lib.mkOptionType { name = "mine"; check = x: x == 1; }).check 1', True),
    ],
    "generators": [
        ('lib.generators.toKeyValue { } { a = 1; b = true; c = "x=y"; d = null; }', "a=1\nb=true\nc=x=y\nd=null\n"),
        ('lib.generators.toINI { } { foo = { hi = 1; }; baz.also = "x"; }', "[baz]\nalso=x\n\n[foo]\nhi=1\n"),
        ("lib.generators.toINI { listsAsDuplicateKeys = true; } { a.b = [ 1 2 ]; }", "[a]\nb=1\nb=2\n"),
        ("lib.generators.toINIWithGlobalSection { } { globalSection.x = 1; sections.s.y = 2; }", "x=1\n\n[s]\ny=2\n"),
        ("lib.generators.toJSON { } { a = [ 1 ]; }", '{"a":[1]}'),
        ("lib.generators.toYAML { } [ 1 ]", "[1]"),
        (
            'lib.generators.toPretty { } { a = [ 1 "x" true null ]; b = { }; }',
            '{\n  a = [\n    1\n    "x"\n    true\n    null\n  ];\n  b = { };\n}',
        ),
        ("lib.generators.toPretty { multiline = false; } { a.b = [ ]; }", "{ a = { b = [ ]; }; }"),
        (
            'lib.generators.toLua { } { a = 1; b = [ "x" ]; c = lib.mkLuaInline "f()"; }',
            '{\n  ["a"] = 1,\n  ["b"] = {\n    "x"\n  },\n  ["c"] = (f())\n}',
        ),
        (
            'lib.generators.toGitINI { user.name = "x"; url."ssh://a.b".insteadOf = [ "y" "z" ]; }',
            '[url "ssh://a.b"]\n\tinsteadOf = "y"\n\tinsteadOf = "z"\n\n[user]\n\tname = "x"\n',
        ),
        (
            'lib.cli.toGNUCommandLineShell { } { X = "PUT"; data = 1; retry = 3; url = [ "a" "b c" ]; v = true; q = false; n = null; }',  # noqa: E501 (one expression)
            "-X PUT --data 1 --retry 3 --url a --url 'b c' -v",
        ),
    ],
    "path": [
        ('toString (lib.path.append /foo "bar//baz/.")', "/foo/bar/baz"),
        ("lib.path.hasPrefix /foo /foo/bar", True),
        ("lib.path.hasPrefix /foo /foobar", False),
        ("lib.path.removePrefix /foo /foo/bar/baz", "./bar/baz"),
        ("lib.path.removePrefix /foo /foo", "./."),
        ("(lib.path.splitRoot /foo/bar).subpath", "./foo/bar"),
        ('lib.path.subpath.isValid "../x"', False),
        ('lib.path.subpath.join [ "foo" "./bar" ]', "./foo/bar"),
        ("lib.path.subpath.join [ ]", "./."),
        ('lib.path.subpath.components "./foo//bar/./baz/"', ["foo", "bar", "baz"]),
        ('lib.path.subpath.normalise "foo//bar"', "./foo/bar"),
    ],
    "meta and others": [
        ('lib.getExe { type = "derivation"; outPath = "/s"; meta.mainProgram = "p"; }', "/s/bin/p"),
        ('lib.getExe { type = "derivation"; outPath = "/s"; name = "hello-1.0"; }', "/s/bin/hello"),
        ('lib.getExe\' { type = "derivation"; outPath = "/s"; } "x"', "/s/bin/x"),
        ('lib.getExe { type = "derivation"; bin = { outPath = "/b"; }; outPath = "/s"; pname = "x"; }', "/b/bin/x"),
        ("(lib.lowPrio { meta = { }; }).meta.priority", 10),
        ('lib.assertMsg true (throw "")', True),
        ('lib.assertOneOf "x" 1 [ 1 2 ]', True),
        ("lib.traceVal 1", 1),
        ("lib.traceSeq { } 1", 1),
        (
            "let f = lib.makeOverridable ({ a, b ? 2 }: { sum = a + b; }) { a = 1; }; in [ f.sum (f.override { b = 5; }).sum ]",
            [3, 6],
        ),
        ("(lib.callPackageWith { x = 1; y = 2; } ({ x, z }: { r = x + z; }) { z = 5; }).r", 6),
        ('lib.stringAfter [ "users" ] "x"', {"text": "x", "deps": ["users"]}),
        ("lib.stringLength lib.fakeSha256", 64),
        ("lib.kernel.yes", {"tristate": "y", "optional": False}),
        (
            "lib.runTests { testA = { expr = 1; expected = 2; }; testB = { expr = 1; expected = 1; }; }",
            [{"name": "testA", "expected": 2, "result": 1}],
        ),
    ],
}


@pytest.mark.parametrize(("text", "value"), [case for cases in VALUES.values() for case in cases])
def test_values(text: str, value: object) -> None:
    assert outcome(text) == ("value", value)
