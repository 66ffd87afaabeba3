"""Programs over `lib.evalModules`, with the values that the source of nixpkgs' module system calls for.

The values were written by hand after that source; no nixpkgs computed them.

`M` in a program stands for `lib.evalModules`, `o` for `lib.mkOption`, `t` for `lib.types`, `c [ … ]` for the `config` of modules.
"""

# ruff: noqa: E501 -- a program is read best on one line
from __future__ import annotations

from typing import Any

_BEFORE = """let
  M = lib.evalModules;
  o = lib.mkOption;
  t = lib.types;
  c = modules: (M { inherit modules; }).config;
  one = type: definitions: (c ([ { options.x = o { inherit type; }; } ] ++ map (x: { inherit x; }) definitions)).x;
in
"""


def program(text: str) -> str:
    """The whole text; `lib` is still free in it."""
    return _BEFORE + text


PROGRAMS: dict[str, tuple[str, Any]] = {
    "defaults": ("c [ { options.a = o { default = 1; }; options.b.c = o { default = [ ]; }; } ]", {"a": 1, "b": {"c": []}}),
    "definitions of later modules come first in lists": (
        'c [ { options.l = o { type = t.listOf t.str; }; } { l = [ "a" ]; } { l = [ "b" ]; } ]',
        {"l": ["b", "a"]},
    ),
    "imports come before the importing module": (
        '(c [ { options.x = o { type = t.listOf t.str; }; imports = [ { x = [ "i" ]; } ]; config.x = [ "m" ]; } ]).x',
        ["i", "m"],
    ),
    "order": (
        'one (t.listOf t.str) [ (lib.mkAfter [ "z" ]) [ "m" ] (lib.mkBefore [ "a" ]) (lib.mkOrder 10 [ "first" ]) ]',
        ["first", "a", "m", "z"],
    ),
    "force": ("one t.int [ 1 (lib.mkForce 2) (lib.mkDefault 3) ]", 2),
    "default": ("one t.int [ (lib.mkDefault 3) (lib.mkOverride 900 4) ]", 4),
    "if": ('one t.str [ (lib.mkIf true "yes") (lib.mkIf false "no") ]', "yes"),
    "merge": ("one (t.listOf t.int) [ (lib.mkMerge [ [ 1 ] (lib.mkIf true [ 2 ]) (lib.mkIf false [ 3 ]) ]) ]", [1, 2]),
    "properties of whole sets": (
        """c [ { options = lib.genAttrs [ "a" "b" ] (_: o { default = 0; }); }
               (lib.mkIf true { a = 1; }) { config = lib.mkMerge [ { b = lib.mkDefault 2; } ]; } (lib.mkIf false { a = 5; }) ]""",
        {"a": 1, "b": 2},
    ),
    "equal definitions": ("one t.int [ 5 5 ]", 5),
    "lines": ('one t.lines [ "a" "b" ]', "b\na"),
    "commas": ('one t.commas [ "a" "b" ]', "b,a"),
    "separated": ('one (t.separatedString ":") [ "a" "b" ]', "b:a"),
    "attrs": ("one t.attrs [ { a = 1; } { b = 2; } ]", {"a": 1, "b": 2}),
    "attrsOf": (
        "one (t.attrsOf t.int) [ { a = 1; } { b = lib.mkForce 2; } { b = 3; c = lib.mkIf false 4; } ]",
        {"a": 1, "b": 2},
    ),
    "lazyAttrsOf": ("(one (t.lazyAttrsOf t.int) [ { a = 1; b = throw \"no\"; } ]).a", 1),
    "nested attrsOf": (
        "one (t.attrsOf (t.listOf t.int)) [ { a = [ 1 ]; } { a = [ 2 ]; b = [ ]; } ]",
        {"a": [2, 1], "b": []},
    ),
    "nullOr": ("[ (one (t.nullOr t.int) [ null ]) (one (t.nullOr t.int) [ 3 ]) ]", [None, 3]),
    "either": ('[ (one (t.either t.int t.str) [ "a" ]) (one (t.either t.int (t.listOf t.int)) [ [ 1 ] [ 2 ] ]) ]', ["a", [2, 1]]),
    "oneOf": ("one (t.oneOf [ t.bool t.int t.str ]) [ 4 4 ]", 4),
    "enum": ('one (t.enum [ "a" "b" ]) [ "b" ]', "b"),
    "coercedTo": ("one (t.coercedTo t.int toString t.str) [ 5 \"5\" ]", "5"),
    "coerced to a list": ("one (t.coercedTo t.str lib.singleton (t.listOf t.str)) [ \"a\" [ \"b\" ] ]", ["b", "a"]),
    "uniq": ("one (t.uniq t.int) [ 1 ]", 1),
    "anything": (
        'one t.anything [ { a.b = 1; l = [ 1 ]; } { a.c = 2; } ]',
        {"a": {"b": 1, "c": 2}, "l": [1]},
    ),
    "unspecified": ("one t.unspecified [ [ 1 ] [ 2 ] ]", [2, 1]),
    "raw": ("one t.raw [ { a = 1; } ]", {"a": 1}),
    "functionTo": ("one (t.functionTo (t.listOf t.int)) [ (x: [ x ]) (x: [ (x + 1) ]) ] 1", [2, 1]),
    "boolByOr": ("one t.bool [ true true ]", True),
    "addCheck": ("one (t.addCheck t.int (x: x > 2)) [ 3 ]", 3),
    "a type of one's own": (
        'one (lib.mkOptionType { name = "sum"; merge = loc: defs: lib.foldl (a: d: a + d.value) 0 defs; }) [ 1 2 3 ]',
        6,
    ),
    "submodule": (
        """one (t.attrsOf (t.submodule ({ name, config, ... }: { options = {
             n = o { default = name; };
             m = o { type = t.int; default = 0; };
             twice = o { default = config.m * 2; }; }; })))
           [ { a.m = 2; } { b = { config, ... }: { m = 3; n = "other"; }; } { a = { }; } ]""",
        {"a": {"n": "a", "m": 2, "twice": 4}, "b": {"n": "other", "m": 3, "twice": 6}},
    ),
    "list of submodules": (
        "one (t.listOf (t.submodule { options.a = o { default = 1; }; })) [ [ { } ] [ { a = 2; } ] ]",
        [{"a": 2}, {"a": 1}],
    ),
    "submodule with an argument": (
        """one (t.submoduleWith { modules = [ ({ extra, ... }: { options.a = o { default = extra; }; }) ];
             specialArgs.extra = 7; }) [ { } ]""",
        {"a": 7},
    ),
    "deferredModule": (
        """(c [ { options.m = o { type = t.deferredModule; }; } { m = { options.a = o { default = 1; }; }; } { m = { a = 2; }; }
               ({ config, lib, ... }: { options.result = o { default = (M { modules = [ config.m ]; }).config; }; }) ]).result""",
        {"a": 2},
    ),
    "options declared twice": (
        'c [ { options.e = o { type = t.enum [ "a" ]; }; } { options.e = o { type = t.enum [ "b" ]; }; config.e = "b"; } ]',
        {"e": "b"},
    ),
    "submodules declared twice": (
        """c [ { options.s = o { type = t.submodule { options.a = o { default = 1; }; }; default = { }; }; }
               { options.s = o { type = t.submodule { options.b = o { default = 2; }; }; }; } ]""",
        {"s": {"a": 1, "b": 2}},
    ),
    "freeform": (
        """c [ { freeformType = t.attrsOf t.int; options.a = o { default = 1; }; } { b = 2; } ]""",
        {"a": 1, "b": 2},
    ),
    "freeform of a submodule": (
        """one (t.submodule { freeformType = t.attrsOf t.str; options.a.b = o { default = "d"; }; }) [ { z = "y"; a.b = "x"; } ]""",
        {"a": {"b": "x"}, "z": "y"},
    ),
    "apply": ("c [ { options.a = o { type = t.int; apply = x: x + 1; }; config.a = 1; } ]", {"a": 2}),
    "read-only": ("c [ { options.a = o { readOnly = true; }; config.a = 1; } ]", {"a": 1}),
    "config refers to config": (
        "c [ ({ config, ... }: { options = lib.genAttrs [ \"a\" \"b\" ] (_: o { }); config = { a = config.b + 1; b = 1; }; }) ]",
        {"a": 2, "b": 1},
    ),
    "arguments from modules": (
        """c [ ({ mine, ... }: { options.a = o { default = mine; }; }) { _module.args.mine = 3; } ]""",
        {"a": 3},
    ),
    "the whole set of arguments": ("(c [ (args: { options.a = args.lib.mkOption { default = args ? config; }; }) ]).a", True),
    "_module.check": ("(M { modules = [ { _module.check = false; stray = 1; } { options.a = o { default = 1; }; } ]; }).config", {"a": 1}),
    "keys": (
        """(let m = { key = "k"; l = [ 1 ]; }; in c [ { options.l = o { type = t.listOf t.int; }; } m m { imports = [ m ]; } ]).l""",
        [1],
    ),
    "disabledModules": (
        """(c [ { options.l = o { type = t.listOf t.int; default = [ ]; }; }
                { key = "k"; l = [ 1 ]; imports = [ { key = "child"; l = [ 2 ]; } ]; } { disabledModules = [ { key = "k"; } ]; } ]).l""",
        [],
    ),
    "isDefined and highestPrio": (
        """let e = M { modules = [ { options = { a = o { default = 1; }; b = o { }; c = o { }; }; config.c = lib.mkForce 2; } ]; };
           in [ e.options.a.isDefined e.options.b.isDefined e.options.c.highestPrio e.options.a.highestPrio ]""",
        [True, False, 50, 1500],
    ),
    "extendModules": (
        """((M { modules = [ { options.a = o { default = 1; }; } ]; }).extendModules { modules = [ { a = 2; } ]; }).config""",
        {"a": 2},
    ),
    "the type of an evaluation": (
        """let e = M { modules = [ { options.a = o { default = 1; }; } ]; }; in one (t.attrsOf e.type) [ { x.a = 2; } { y = { }; } ]""",
        {"x": {"a": 2}, "y": {"a": 1}},
    ),
    "alias": (
        """let r = c [ { options.new = o { type = t.listOf t.int; }; } (lib.mkAliasOptionModule [ "old" "x" ] [ "new" ]) { old.x = [ 1 ]; } ];
           in [ r.new r.old.x ]""",
        [[1], [1]],
    ),
    "alias keeps priorities": (
        """(c [ { options.new = o { default = 0; }; } (lib.mkAliasOptionModule [ "old" ] [ "new" ])
                { old = lib.mkForce 1; } { new = 2; } ]).new""",
        1,
    ),
    "a set of definitions from elsewhere": (
        "(lib.mergeDefinitions [ \"x\" ] (t.listOf t.int) [ { file = \"a\"; value = [ 1 ]; } { file = \"b\"; value = lib.mkBefore [ 0 ]; } ]).mergedValue",
        [0, 1],
    ),
    "merging by hand": ('t.str.merge [ "x" ] [ { file = "a"; value = "v"; } ]', "v"),
    "one line": ('one t.singleLineStr [ "a\\n" ]', "a"),
    "types declared twice are those they check more than": (
        """c [ { options.a = o { type = t.ints.unsigned; }; } { options.a = o { type = t.ints.unsigned; }; config.a = -1; } ]""",
        {"a": -1},
    ),
    "freeform types of two modules are joined": (
        """c [ { freeformType = t.attrsOf (t.enum [ 1 ]); } { freeformType = t.attrsOf (t.enum [ 2 ]); } { a = 1; b = 2; } ]""",
        {"a": 1, "b": 2},
    ),
    "either, declared twice": (
        """c [ { options.a = o { type = t.either t.int t.str; }; } { options.a = o { type = t.either t.int t.str; }; config.a = "s"; } ]""",
        {"a": "s"},
    ),
    "changed": (
        """c [ { options.new = o { type = t.str; }; options.warnings = o { type = t.listOf t.str; }; }
               (lib.mkChangedOptionModule [ "old" ] [ "new" ] (config: if config.old > 9 then "high" else "low")) { old = 10; } ]""",
        {"new": "high", "old": 10, "warnings": [
            "The option `old' defined in `<unknown-file>' has been changed to `new' that has a different type. Please read `new' documentation and update your configuration accordingly."]},
    ),
    "a renamed one warns": (
        """(c [ { options.new = o { type = t.int; }; options.warnings = o { type = t.listOf t.str; }; }
                (lib.mkRenamedOptionModule [ "old" ] [ "new" ]) { old = 1; } ]).warnings""",
        ["The option `old' defined in `<unknown-file>' has been renamed to `new'."],
    ),
    "an alias into a set that nobody fills": (
        """(c [ { options.new = o { type = t.attrsOf (t.submodule { options.x = o { default = 1; }; }); default = { }; }; }
                (lib.mkAliasOptionModule [ "old" ] [ "new" "a" "x" ]) ]).new""",
        {},
    ),
    "options of options": (
        "builtins.attrNames (M { modules = [ { options.a.b = o { default = 1; }; } ]; }).options",
        ["_module", "a"],
    ),
}  # fmt: skip

FAILING: dict[str, tuple[str, str]] = {
    "conflict": ("one t.int [ 1 2 ]", "conflicting definition values"),
    "wrong type": ('one t.int [ "a" ]', "is not of type"),
    "wrong type of an element": ("one (t.listOf t.int) [ [ true ] ]", "is not of type"),
    "coercedTo, declared twice": (
        "c [ { options.a = o { type = t.coercedTo t.int toString t.str; }; } { options.a = o { type = t.coercedTo t.int toString t.str; }; } ]",
        "is already declared",
    ),
    "changed, where nobody takes warnings": (
        'c [ { options.n = o { default = 1; }; } (lib.mkChangedOptionModule [ "o" ] [ "n" ] (config: 2)) ]', "`warnings' does not exist"),
    "no such option": ("c [ { options.a = o { default = 1; }; } { b = 1; } ]", "does not exist"),
    "no value": ("c [ { options.a = o { }; } ]", "was accessed but has no value defined"),
    "read-only twice": ("c [ { options.a = o { readOnly = true; default = 2; }; config.a = 1; } ]", "read-only"),
    "unique twice": ("one (t.uniq t.int) [ 1 1 ]", "defined multiple times"),
    "null and not null": ("one (t.nullOr t.int) [ null 1 ]", "both null and not null"),
    "declared twice": ("c [ { options.a = o { default = 1; }; } { options.a = o { default = 2; }; } ]", "is already declared"),
    "a prefix of another": ("c [ { options.a = o { default = 1; }; } { options.a.b = o { }; } ]", "is a prefix of options"),
    "mkMerge in the place of a module": ("c [ { options.a = o { }; } (lib.mkMerge [ { a = 1; } ]) ]", "Expected a module"),
    "something beside config": ("c [ { config = { }; other = 1; } ]", "unsupported attribute"),
    "a condition that is none": ("one t.int [ (lib.mkIf 5 1) ]", "mkIf"),
    "values of different kinds": ("one t.anything [ { a = 1; } [ ] ]", "conflicting option types"),
    "addCheck": ("one (t.addCheck t.int (x: x > 2)) [ 2 ]", "is not of type"),
    "removed": (
        'c [ { options.assertions = o { default = [ ]; type = t.listOf t.attrs; }; } (lib.mkRemovedOptionModule [ "a" ] "Gone.") ]',
        "Gone.",
    ),
}  # fmt: skip
