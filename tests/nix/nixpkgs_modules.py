"""Module systems made up by chance: options of many types, and modules that define them, with what modules may be made of.

`module_system(choose)` is Nix text in which `lib` is free: what becomes of each option, of the configuration as a whole, and in
what order the definitions came.
"""

# ruff: noqa: E501 -- a table is read best with a line for each kind
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_PRIORITIES = (
    "lib.mkForce",
    "lib.mkDefault",
    "lib.mkOverride 100",
    "lib.mkOverride 7",
    "lib.mkOptionDefault",
    "lib.mkVMOverride",
)
_ORDERS = ("lib.mkBefore", "lib.mkAfter", "lib.mkOrder 10", "lib.mkOrder 1000", "lib.mkOrder 1500")

# Type → values it takes. `{…}` in a value is another value of the type inside.
_SIMPLE: dict[str, tuple[str, ...]] = {
    "int": ("1", "1", "2", "(-3)"),
    "str": ('"a"', '"a"', '"b"', '"x y"'),
    "bool": ("true", "true", "false"),
    "boolByOr": ("true", "false"),
    "float": ("1.5", "1.5", "2.0"),
    "number": ("1", "1.5"),
    "lines": ('"l1"', '"l2\\nl3"', '""'),
    "commas": ('"a"', '"b,c"'),
    "envVar": ('"/a"', '"/b:/c"'),
    '(separatedString "|")': ('"a"', '"b"'),
    "nonEmptyStr": ('"a"', '" "', '""'),
    "singleLineStr": ('"a"', '"a\\n"', '"a\\nb"'),
    '(strMatching "[a-z]+")': ('"abc"', '"A"'),
    '(enum [ "a" "b" 1 ])': ('"a"', '"b"', "1", '"c"'),
    "(ints.between 0 5)": ("0", "5", "6"),
    "ints.u8": ("0", "255", "256"),
    "ints.positive": ("1", "0"),
    "ints.unsigned": ("0", "(-1)"),
    "port": ("80", "65536"),
    "path": ('"/a"', "/a/b", '"a"'),
    "raw": ("1", "{ a = 1; }", "[ 1 ]"),
    "unspecified": ("[ 1 ]", "[ 2 ]", "[ 1 2 ]"),
    "anything": ("{ a = 1; }", "{ b.c = [ 1 ]; }", "{ a = 1; b.d = true; }", "{ a = 2; }"),
    "attrs": ("{ a = 1; }", "{ b = 2; }", "{ a.x = 3; }"),
    '(passwdEntry str)': ('"a"', '"a:b"'),
    "(addCheck int (x: x > 1))": ("2", "3", "1"),
    "(coercedTo int toString str)": ("5", '"5"', '"a"'),
    "(coercedTo str lib.singleton (listOf str))": ('"a"', '[ "b" "c" ]'),
    "(uniq int)": ("1", "2"),
    "(functionTo (listOf int))": ("(x: [ x ])", "(x: [ 2 ])"),
    "ints.s8": ("(-128)", "128"),
    "numbers.positive": ("0.5", "0"),
    "numbers.nonnegative": ("0", "(-0.5)"),
    "(numbers.between 0 1.5)": ("1", "1.6"),
    "deferredModule": ("{ a = 1; }", "(x: x)"),
    "optionType": ("t.int", "t.str"),
    "package": ('{ type = "derivation"; outPath = "/o"; name = "n"; }', "{ outPath = 1; }"),
    "pathInStore": ('"/nix/store/00000000000000000000000000000000-x/y"', '"/nix/store/a"'),
    "(pathWith { absolute = false; })": ('"a"', '"/a"'),
}  # fmt: skip
_VALUES = (
    "1", "(-1)", "1.5", "true", "null", '""', '"a"', '"a\\n"', '"/a"', "/a", "[ ]", "[ 1 ]", "{ }", "{ a = 1; }", "(x: x)",
    "builtins.add", '{ type = "derivation"; outPath = "/o"; name = "n"; }', '{ outPath = "/nix/store/x"; }', '"/nix/store/00000000000000000000000000000000-x"',
    "{ __functor = s: x: x; }", '{ __toString = _: "/t"; }', "lib.types.int", '{ _type = "pkgs"; }',
)  # fmt: skip
_WRONG = ("true", "null", "[ null ]", '"wrong"', "{ z = 1; }", "(x: x)", "17")


class _Kind:
    """A type: its text, and how to write a value of it."""

    def __init__(self, choose: Random, depth: int = 0) -> None:
        self.choose = choose
        self.inner: _Kind | None = None
        self.second: _Kind | None = None
        self.fields: dict[str, _Kind] = {}
        shape = choose.choice(
            ("simple",) * 5 + ("listOf", "attrsOf", "lazyAttrsOf", "nullOr", "either", "sub", "sub", "nonEmptyListOf")
        )
        self.shape = shape if depth < 2 else "simple"
        if self.shape == "simple":
            self.text = choose.choice(tuple(_SIMPLE))
            self.values = _SIMPLE[self.text]
        elif self.shape == "sub":
            self.fields = {name: _Kind(choose, depth + 1) for name in choose.sample(("p", "q", "r"), choose.randint(1, 2))}
            free = choose.choice(("", "", "freeformType = t.attrsOf t.int; ", "freeformType = t.lazyAttrsOf (t.listOf t.int); "))
            self.free = bool(free)
            named = choose.choice(("", "options.name = o { default = name; }; "))
            fields = "".join(f"options.{n} = {option(choose, kind)}; " for n, kind in self.fields.items())
            self.text = f"(submodule ({{ name, config, ... }}: {{ {free}{named}{fields}}}))"
        else:
            self.inner = _Kind(choose, depth + 1)
            self.text = f"({self.shape} {self.inner.text})"
            if self.shape == "either":
                self.second = _Kind(choose, 2)
                self.text = f"(either {self.inner.text} {self.second.text})"

    def nix(self) -> str:
        """The type as Nix text."""
        return f"(with t; {self.text})"

    def value(self) -> str:
        """A value, sometimes a wrong one, with properties inside where these may be."""
        choose = self.choose
        if choose.random() < 0.04:
            return choose.choice(_WRONG)
        if self.shape == "simple":
            return choose.choice(self.values)
        if self.shape == "sub":
            fields = {name: kind.defined() for name, kind in self.fields.items() if choose.random() < 0.6}
            if choose.random() < (0.3 if self.free else 0.05):
                fields["free"] = choose.choice(("1", "[ 1 ]", "2"))
            written = "{ " + " ".join(f"{name} = {text};" for name, text in fields.items()) + " }"
            return choose.choice(
                (
                    written,
                    written,
                    written,
                    f"({{ config, name, ... }}: {{ config = {written}; }})",
                    f"{{ imports = [ {written} ]; }}",
                )
            )
        assert self.inner is not None
        if self.shape in ("listOf", "nonEmptyListOf"):
            return "[ " + " ".join(f"({self.inner.defined()})" for _ in range(choose.randint(0, 3))) + " ]"
        if self.shape in ("attrsOf", "lazyAttrsOf"):
            names = choose.sample(("a", "b", "c"), choose.randint(0, 2))
            return "{ " + " ".join(f"{name} = {self.inner.defined()};" for name in names) + " }"
        if self.shape == "either":
            assert self.second is not None
            return choose.choice((self.inner, self.second)).value()
        return "null" if choose.random() < 0.3 else self.inner.value()

    def defined(self) -> str:
        """A value, maybe with properties."""
        choose = self.choose
        kind = choose.random()
        # An order around a submodule's definition fails in nixpkgs for good, and would hide all else.
        order = choose.choice(("",) if "submodule" in self.text else _ORDERS)
        if kind < 0.66:
            return self.value()
        if kind < 0.76:
            return f"({choose.choice(_PRIORITIES)} ({self.value()}))"
        if kind < 0.85:
            return f"({order} ({self.value()}))"
        if kind < 0.91:
            return f"(lib.mkIf {choose.choice(('true', 'true', 'false'))} ({self.defined()}))"
        if kind < 0.96:
            parts = " ".join(self.defined() for _ in range(choose.randint(0, 2)))
            return f"(lib.mkMerge [ {parts} ])"
        return f"({choose.choice(_PRIORITIES)} ({order} ({self.value()})))"


def option(choose: Random, kind: _Kind) -> str:
    """A declaration."""
    more = ""
    if choose.random() < 0.4:
        more += f" default = {kind.value()};"
    if choose.random() < 0.08:
        more += " apply = x: [ x ];"
    if choose.random() < 0.06:
        more += " readOnly = true;"
    return f"o {{ type = {kind.nix()};{more} }}"


def type_asked(choose: Random) -> str:
    """The text of what a type says of itself, of a value, and of a second declaration with another type."""
    kind = _Kind(choose)
    value = kind.value() if choose.random() < 0.7 else choose.choice(_VALUES)
    other = kind.nix() if choose.random() < 0.5 else _Kind(choose).nix()
    return f"""let t = lib.types; o = lib.mkOption; k = {kind.nix()};
  joined = lib.mergeOptionDecls [ "x" ] (map (type: {{ _file = "f"; pos = null; options = o {{ inherit type; }}; }}) [ k {other} ]);
  tried = x: let r = builtins.tryEval x; in if r.success then r.value else "failed";
in [ k (k.check ({value})) (tried joined.type.description) (tried joined.type.name) (k.emptyValue or null) ]"""


def module_system(choose: Random) -> str:
    """The text of a whole one."""
    paths = ("one", "two", "of.deep", "of.other", "last")
    kinds = {path: _Kind(choose) for path in choose.sample(paths, choose.randint(1, 4))}
    declared = list(kinds.items())
    declarations = [f"options.{path} = {option(choose, kind)};" for path, kind in declared]
    if choose.random() < 0.1:  # declared twice: types are joined
        path, kind = choose.choice(declared)
        declarations.append(f"imports = [ {{ options.{path} = o {{ type = {kind.nix()}; }}; }} ];")
    modules = ["{ " + " ".join(declarations) + " }", *(_module(choose, kinds, 0, n) for n in range(choose.randint(1, 4)))]
    modules += _renamed(choose, kinds)
    modules.append("{ _module.args.extra = lib.mkDefault 1; }")
    if choose.random() < 0.2:
        modules.append("{ _module.args.extra = 2; }")
    if choose.random() < 0.15:
        modules.insert(choose.randint(0, len(modules)), f'{{ disabledModules = [ {{ key = "k{choose.randint(0, 2)}"; }} ]; }}')
    if choose.random() < 0.1:
        modules.append("{ freeformType = t.attrsOf t.anything; }")
    if choose.random() < 0.3:
        choose.shuffle(modules)
    asked = " ".join(f'"{path}"' for path in kinds)
    return _WHOLE % (" ".join(f"({m})" for m in modules), asked)


_MESSAGES = '{ options = lib.genAttrs [ "assertions" "warnings" ] (_: o { default = [ ]; type = t.listOf t.unspecified; }); }'


def _renamed(choose: Random, kinds: dict[str, _Kind]) -> list[str]:
    """Now and then, another name of an option, and what is written under it."""
    path = choose.choice(list(kinds))
    new = "[ " + " ".join(f'"{name}"' for name in path.split(".")) + " ]"
    module = choose.choice((
        "", "", "", "",
        f'lib.mkAliasOptionModule [ "old" ] {new}',
        f'lib.mkRenamedOptionModule [ "old" ] {new}',
        f'lib.mkChangedOptionModule [ "old" ] {new} (config: config.old)',
        'lib.mkRemovedOptionModule [ "old" ] "It is gone."',
    ))  # fmt: skip
    if not module:
        return []
    made = [module, _MESSAGES]
    return [*made, f"{{ old = {kinds[path].defined()}; }}"] if choose.random() < 0.7 else made


def _module(choose: Random, kinds: dict[str, _Kind], depth: int, number: int) -> str:
    definitions = {path: kind.defined() for path, kind in kinds.items() if choose.random() < 0.55}
    function = choose.random() < 0.35
    if function and definitions and choose.random() < 0.3:
        # What another option is decides; those before it may, so nothing goes around.
        order = sorted(kinds)
        path = choose.choice(list(definitions))
        for other in order[: order.index(path)][:1]:
            definitions[path] = f"(lib.mkIf ((builtins.tryEval config.{other}).success) ({definitions[path]}))"
    if choose.random() < 0.04:
        definitions["stray"] = "1"
    body = " ".join(f"{path} = {text};" for path, text in definitions.items())
    config = f"{{ {body} }}"
    style = choose.random()
    if style < 0.12:
        config = f"lib.mkIf {choose.choice(('true', 'false'))} {config}"
    elif style < 0.2:
        config = f"lib.mkMerge [ {config} {{ }} ]"
    elif style < 0.26:
        config = f"{choose.choice(_PRIORITIES)} {config}"
    long = style < 0.26 or choose.random() < 0.4
    parts = f"config = {config};" if long else body
    if choose.random() < 0.3 and depth < 2:
        imported = " ".join(f"({_module(choose, kinds, depth + 1, number)})" for _ in range(choose.randint(1, 2)))
        parts += f" imports = [ {imported} ];"
    if choose.random() < 0.2:
        parts += f' key = "k{choose.randint(0, 2)}";'
    if choose.random() < 0.2:
        parts += f' _file = "file{number}";'
    text = f"{{ {parts} }}"
    if function:
        extra = choose.random() < 0.3
        text = f"{{ lib, config, options, {'extra, ' if extra else ''}... }}: {text}"
        if extra and choose.random() < 0.5:
            text = text[:-1] + ' _file = "x${toString extra}"; }'
            text = text.replace(f' _file = "file{number}";', "") if text.count("_file =") > 1 else text
    return text


_WHOLE = """let
  o = lib.mkOption;
  t = lib.types;
  e = lib.evalModules { modules = [ %s ]; };
  parts = lib.splitString ".";
  try = x: let r = builtins.tryEval (builtins.deepSeq x x); in if r.success then r.value else "failed";
  called = x: if builtins.isFunction x || x ? __functor then x 1 else x;
  about = name: let at = lib.getAttrFromPath (parts name) e.options; in {
    inherit name;
    value = try (called at.value);
    defined = try at.isDefined;
    priority = try at.highestPrio;
    definitions = try (map (x: if builtins.isFunction x then "f" else x) at.definitions);
    files = try at.files;
  };
in {
  options = map about [ %s ];
  config = try (lib.mapAttrsRecursiveCond (x: x._type or "" != "option-type") (_: called) e.config);
}
"""
