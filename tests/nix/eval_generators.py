"""Random closed Nix expressions for comparing evaluators: mostly well-typed, sometimes on purpose not.

`Programs(seed).expression()` gives source text whose value, when it has one, can be written as JSON. Types are
texts (`int`, `str`, …) or tuples: `("list", t)`, `("set", ((name, t), …))`, `("fun", argument, result)`.
"""

from __future__ import annotations

import random
from typing import Any

from tests.nix.eval_words import FLOATS, INTS, KINDS, NAMES, QUOTED, SCALARS, WORDS, quote

Type = Any


class Programs:
    """A stream of random expressions."""

    def __init__(self, seed: int, *, wrong: float = 0.004) -> None:
        self.random = random.Random(seed)
        self.wrong = wrong
        self.counter = 0

    def expression(self, depth: int = 5) -> str:
        return self.of(self.type(2), depth, ())

    # ---- types ----

    def type(self, depth: int) -> Type:
        r = self.random.random()
        if depth <= 0 or r < 0.6:
            return self.random.choice(SCALARS)
        if r < 0.8:
            return ("list", self.type(depth - 1))
        return self.set_type(depth - 1)

    def set_type(self, depth: int) -> Type:
        names = self.random.sample(NAMES, self.random.randint(0, 4))
        if self.random.random() < 0.1:
            names.append(self.random.choice(QUOTED))
        return ("set", tuple((name, self.type(depth)) for name in sorted(names)))

    def fresh(self) -> str:
        self.counter += 1
        return f"v{self.counter}"

    def name(self, name: str) -> str:
        plain = (
            name.replace("-", "").replace("'", "").replace("_", "").isalnum()
            and name.isascii()
            and not name[0].isdigit()
            and name != "in"
        )
        return name if plain and self.random.random() < 0.9 else quote(name)

    # ---- expressions ----

    def of(self, t: Type, depth: int, env: tuple[tuple[str, Type], ...]) -> str:
        """An expression of a type, an atom or in parentheses."""
        if self.random.random() < self.wrong:
            t = self.type(1)
        fitting = [name for name, known in env if known == t]
        if fitting and self.random.random() < 0.35:
            return self.random.choice(fitting)
        if depth <= 0:
            return self.literal(t, env)
        r = self.random.random()
        if r < 0.3:
            return self.general(t, depth - 1, env)
        if isinstance(t, tuple):
            return {"list": self.list, "set": self.set, "fun": self.function}[t[0]](t, depth - 1, env)
        return f"({getattr(self, t)(depth - 1, env)})"

    def literal(self, t: Type, env: tuple[tuple[str, Type], ...]) -> str:
        pick = self.random.choice
        if isinstance(t, tuple):
            if t[0] == "list":
                return "[ " + " ".join(self.literal(t[1], env) for _ in range(self.random.randint(0, 2))) + " ]"
            if t[0] == "set":
                return "{ " + " ".join(f"{self.name(n)} = {self.literal(k, env)};" for n, k in t[1]) + " }"
            return f"({self.fresh()}: {self.literal(t[2], env)})"
        if t == "int":
            value = pick(INTS)
            return str(value) if value >= 0 else f"({value})"
        if t == "float":
            fitting = pick(FLOATS)
            return str(fitting) if fitting >= 0 else f"({fitting})"
        if t == "bool":
            return pick(("true", "false"))
        if t == "null":
            return "null"
        return quote(pick(WORDS))

    def general(self, t: Type, depth: int, env: tuple[tuple[str, Type], ...]) -> str:
        """Constructs that can have any type."""
        return f"({self.random.choice(_GENERAL)(self, t, depth, env)})"

    def if_(self, t: Type, depth: int, env: Any) -> str:
        return f"if {self.of('bool', depth, env)} then {self.of(t, depth, env)} else {self.of(t, depth, env)}"

    def let(self, t: Type, depth: int, env: Any) -> str:
        bound = [(self.fresh(), self.type(1)) for _ in range(self.random.randint(1, 3))]
        if self.random.random() < 0.2:
            bound.append((self.fresh(), ("fun", self.type(0), self.type(1))))
        lines = []
        for index, (name, kind) in enumerate(bound):
            # Only what comes before is in sight, so that nothing is infinite; the text order is shuffled.
            lines.append(f"{name} = {self.of(kind, depth - 1, env + tuple(bound[:index]))};")
        self.random.shuffle(lines)
        return f"let {' '.join(lines)} in {self.of(t, depth, env + tuple(bound))}"

    def apply(self, t: Type, depth: int, env: Any) -> str:
        argument = self.type(1)
        return f"{self.of(('fun', argument, t), depth, env)} {self.of(argument, depth, env)}"

    def apply_two(self, t: Type, depth: int, env: Any) -> str:
        a, b = self.type(1), self.type(1)
        x, y = self.fresh(), self.fresh()
        return (
            f"({x}: {y}: {self.of(t, depth, (*env, (x, a), (y, b)))}) {self.of(a, depth - 1, env)} {self.of(b, depth - 1, env)}"
        )

    def select(self, t: Type, depth: int, env: Any) -> str:
        name = self.random.choice(NAMES)
        others = self.set_type(1)[1]
        kind = ("set", (*[(n, k) for n, k in others if n != name], (name, t)))
        return f"{self.of(kind, depth, env)}.{self.name(name)}"

    def select_or(self, t: Type, depth: int, env: Any) -> str:
        kind = self.set_type(1)
        name = self.random.choice(NAMES)
        path = self.name(name)
        if self.random.random() < 0.3:
            path += f".{self.name(self.random.choice(NAMES))}"
        if any(n == name for n, _ in kind[1]):
            return self.select(t, depth, env)
        return f"{self.of(kind, depth, env)}.{path} or {self.of(t, depth, env)}"

    def dynamic(self, t: Type, depth: int, env: Any) -> str:
        word = self.random.choice(WORDS)
        return f"{{ ${{{quote(word)}}} = {self.of(t, depth, env)}; }}.${{{quote(word)}}}"

    def with_(self, t: Type, depth: int, env: Any) -> str:
        inner = self.fresh()
        return f"with {{ {inner} = {self.of(t, depth, env)}; other = 1; }}; {inner}"

    def assert_(self, t: Type, depth: int, env: Any) -> str:
        return f"assert {self.of('bool', depth, env)}; {self.of(t, depth, env)}"

    def formals(self, t: Type, depth: int, env: Any) -> str:
        a, b = self.fresh(), self.fresh()
        kind = self.type(1)
        whole = self.random.choice(("", f"{self.fresh()} @ "))
        dots = self.random.choice(("", ", ..."))
        given = f"{a} = {self.of(kind, depth - 1, env)};"
        if self.random.random() < 0.3:
            given += f" {b} = {self.of(t, depth - 1, env)};"
        if self.random.random() < (0.3 if dots else 0.03):
            given += " extra = 1;"
        default = self.of(t, depth, (*env, (a, kind)))
        body = self.of(t, depth, (*env, (a, kind), (b, t)))
        return f"({whole}{{ {a}, {b} ? {default}{dots} }}: {body}) {{ {given} }}"

    def recursive(self, t: Type, depth: int, env: Any) -> str:
        f, n = self.fresh(), self.fresh()
        start = self.random.randint(0, 6)
        return f"let {f} = {n}: if {n} <= 0 then {self.of(t, depth, env)} else {f} ({n} - 1); in {f} {start}"

    def fold(self, t: Type, depth: int, env: Any) -> str:
        acc, x, kind = self.fresh(), self.fresh(), self.type(0)
        body = self.of(t, depth - 1, (*env, (acc, t), (x, kind)))
        return f"builtins.foldl' ({acc}: {x}: {body}) {self.of(t, depth - 1, env)} {self.of(('list', kind), depth - 1, env)}"

    def rec_select(self, t: Type, depth: int, env: Any) -> str:
        a, b, kind = self.fresh(), self.fresh(), self.type(1)
        return f"rec {{ {b} = {self.of(t, depth, (*env, (a, kind)))}; {a} = {self.of(kind, depth - 1, env)}; }}.{b}"

    def inherited(self, t: Type, depth: int, env: Any) -> str:
        a = self.fresh()
        return f"let inherit ({{ {a} = {self.of(t, depth, env)}; }}) {a}; in {self.of(t, depth, (*env, (a, t)))}"

    def try_eval(self, t: Type, depth: int, env: Any) -> str:
        return f"(builtins.tryEval {self.of(t, depth, env)}).value"

    def thrown(self, t: Type, depth: int, env: Any) -> str:
        return f"if {self.of('bool', depth, env)} then {self.of(t, depth, env)} else throw {self.of('str', depth - 1, env)}"

    def element(self, t: Type, depth: int, env: Any) -> str:
        items = f"({self.of(('list', t), depth, env)} ++ [ {self.of(t, depth, env)} ])"
        return f"builtins.head {items}" if self.random.random() < 0.5 else f"builtins.elemAt {items} {self.random.randint(0, 1)}"

    def sequenced(self, t: Type, depth: int, env: Any) -> str:
        return f"builtins.{self.random.choice(('seq', 'deepSeq'))} {self.of(self.type(1), depth, env)} {self.of(t, depth, env)}"

    def functor(self, t: Type, depth: int, env: Any) -> str:
        one, other, n = self.of(t, depth, env), self.of(t, depth, env), self.of("int", 0, env)
        return f"{{ __functor = self: x: if self.n == x then {one} else {other}; n = {n}; }} {self.of('int', 0, env)}"

    def pattern(self) -> str:
        return quote(
            self.random.choice(("a", "[a-z]+", "(a|b)*", "([a-z]*)([^a-z]*)", "[[:space:]]", ".", "\\.", "(ab?)+c*", "[^/]*/?"))
        )

    def two_words(self) -> str:
        return f"[ {quote(self.random.choice(WORDS))} {quote(self.random.choice(WORDS))} ]"

    def int(self, depth: int, env: Any) -> str:
        o = lambda t: self.of(t, depth, env)  # noqa: E731
        some = ("list", self.type(1))
        return self.random.choice(
            (
                lambda: f"{o('int')} + {o('int')}",
                lambda: f"{o('int')} - {o('int')}",
                lambda: f"{o('int')} * {self.literal('int', env)}",
                lambda: f"{o('int')} / {o('int')}",
                lambda: f"-{o('int')}",
                lambda: f"builtins.bitAnd {o('int')} {o('int')}",
                lambda: f"builtins.bitOr {o('int')} {o('int')}",
                lambda: f"builtins.bitXor {o('int')} {o('int')}",
                lambda: f"builtins.length {o(some)}",
                lambda: f"builtins.stringLength {o('str')}",
                lambda: f"builtins.compareVersions {o('str')} {o('str')}",
                lambda: f"builtins.length (builtins.split {self.pattern()} {o('str')})",
                lambda: f"builtins.floor {o('float')}",
                lambda: f"builtins.ceil {o('float')}",
                lambda: f"builtins.sub {o('int')} {o('int')}",
                lambda: f"builtins.foldl' (a: b: a + b) 0 {o(('list', 'int'))}",
                lambda: f"builtins.length (builtins.attrNames {o(self.set_type(1))})",
            )
        )()

    def float(self, depth: int, env: Any) -> str:
        o = lambda t: self.of(t, depth, env)  # noqa: E731
        return self.random.choice(
            (
                lambda: f"{o('float')} + {o(self.random.choice(('int', 'float')))}",
                lambda: f"{o('int')} - {o('float')}",
                lambda: f"{o('float')} * {self.literal('float', env)}",
                lambda: f"{o('float')} / {o(self.random.choice(('int', 'float')))}",
                lambda: f"-{o('float')}",
            )
        )()

    def bool(self, depth: int, env: Any) -> str:
        o = lambda t: self.of(t, depth, env)  # noqa: E731
        same = self.type(1)
        # Which attribute of two sets is compared first is not specified, so none of them may fail.
        whole = lambda t: self.literal(t, env) if isinstance(t, tuple) else o(t)  # noqa: E731
        ordered = self.random.choice(("int", "float", "str", ("list", "int"), ("list", "str")))
        pick = self.random.choice
        return pick(
            (
                lambda: f"{o('bool')} && {o('bool')}",
                lambda: f"{o('bool')} || {o('bool')}",
                lambda: f"{o('bool')} -> {o('bool')}",
                lambda: f"!{o('bool')}",
                lambda: f"{whole(same)} == {whole(same)}",
                lambda: f"{whole(same)} != {whole(self.type(1))}",
                lambda: f"{o('int')} {pick(('==', '<', '>='))} {o('float')}",
                lambda: f"{o(ordered)} {pick(('<', '>', '<=', '>='))} {o(ordered)}",
                lambda: f"{o(self.set_type(1))} ? {self.name(pick(NAMES))}",
                lambda: f"{o(self.set_type(1))} ? {self.name(pick(NAMES))}.{self.name(pick(NAMES))}",
                lambda: f"builtins.hasAttr {quote(pick(NAMES))} {o(self.set_type(1))}",
                lambda: f"builtins.elem {whole(same)} {whole(('list', same))}",
                lambda: f"builtins.any {o(('fun', 'int', 'bool'))} {o(('list', 'int'))}",
                lambda: f"builtins.all {o(('fun', 'str', 'bool'))} {o(('list', 'str'))}",
                lambda: f"builtins.is{pick(KINDS)} {o(self.type(1))}",
                lambda: f"(builtins.tryEval {o(same)}).success",
                lambda: f"builtins.lessThan {o('int')} {o('int')}",
                lambda: f"builtins.match {self.pattern()} {o('str')} == null",
                lambda: f"(x: [ x ] == [ x ]) {o(('fun', 'int', 'int'))}",
            )
        )()

    def null(self, depth: int, env: Any) -> str:
        return f"if {self.of('bool', depth, env)} then null else {self.of('null', depth, env)}"

    def str(self, depth: int, env: Any) -> str:
        o = lambda t: self.of(t, depth, env)  # noqa: E731
        pick = self.random.choice
        words = ("list", "str")
        return pick(
            (
                lambda: f"{o('str')} + {o('str')}",
                lambda: f'"<${{{o("str")}}}>-${{toString {o("int")}}}"',
                lambda: f"''\n  first ${{{o('str')}}}\n    second\n  ''${{ '''\n''",
                lambda: f"toString {o(pick((*SCALARS, words, ('list', 'bool'), ('list', ('list', 'int')))))}",
                lambda: f"builtins.concatStringsSep {quote(pick(WORDS))} {o(words)}",
                lambda: f"builtins.substring {self.random.randint(0, 4)} ({self.random.randint(-1, 5)}) {o('str')}",
                lambda: f"builtins.replaceStrings {self.two_words()} {self.two_words()} {o('str')}",
                lambda: f"builtins.typeOf {o(self.type(1))}",
                lambda: f"builtins.hashString {quote(pick(('md5', 'sha1', 'sha256', 'sha512')))} {o('str')}",
                lambda: (
                    f"builtins.toJSON {self.literal(pick(('int', 'str', words, ('set', (('a', 'str'), ('b', words))))), env)}"
                ),
                lambda: f"builtins.fromJSON (builtins.toJSON {self.literal('str', env)})",
                lambda: f"(builtins.parseDrvName {o('str')}).{pick(('name', 'version'))}",
                lambda: f'builtins.concatStringsSep "," (builtins.attrNames {o(self.set_type(1))})',
                lambda: f'builtins.concatStringsSep "," (map toString {o(("list", "int"))})',
                lambda: f"baseNameOf {o('str')}",
                lambda: f"dirOf {o('str')}",
                lambda: f'"${{{{ __toString = self: self.s + {quote(pick(WORDS))}; s = {o("str")}; }}}}"',
                lambda: f'"${{{{ outPath = {o("str")}; }}}}/bin"',
                lambda: f"builtins.toString {{ outPath = {o('str')}; }}",
                lambda: f"builtins.unsafeDiscardStringContext {o('str')}",
                lambda: f"{{ outPath = {o('str')}; }} + {o('str')}",
            )
        )()

    def list(self, t: Type, depth: int, env: Any) -> str:
        o = lambda t: self.of(t, depth, env)  # noqa: E731
        item = t[1]
        x = self.fresh()
        from_ = self.type(1)
        pick = self.random.choice
        choices = [
            lambda: "[ " + " ".join(o(item) for _ in range(self.random.randint(0, 4))) + " ]",
            lambda: "[ " + " ".join(o(item) for _ in range(self.random.randint(0, 4))) + " ]",
            lambda: f"({o(t)} ++ {o(t)})",
            lambda: f"(map {self.function(('fun', from_, item), depth, env)} {o(('list', from_))})",
            lambda: f"(builtins.filter {self.function(('fun', item, 'bool'), depth, env)} {o(t)})",
            lambda: f"(builtins.genList ({x}: {self.of(item, depth, (*env, (x, 'int')))}) {self.random.randint(0, 4)})",
            lambda: f"(builtins.concatLists [ {o(t)} {o(t)} ])",
            lambda: f"(builtins.concatMap {o(('fun', from_, t))} {o(('list', from_))})",
            lambda: f"(builtins.tail ([ {o(item)} ] ++ {o(t)}))",
            lambda: (
                f"(builtins.attrValues (builtins.mapAttrs ({self.fresh()}: {x}: {self.of(item, depth, env)}) "
                f"{o(self.set_type(1))}))"
            ),
            lambda: f"(builtins.partition {o(('fun', item, 'bool'))} {o(t)}).{pick(('right', 'wrong'))}",
            lambda: f'(builtins.catAttrs "a" {o(("list", ("set", (("a", item),))))})',
        ]
        if item == "str":
            choices.append(lambda: f"(builtins.attrNames {o(self.set_type(1))})")
            choices.append(lambda: f"(builtins.splitVersion {o('str')})")
            choices.append(lambda: f"(builtins.filter builtins.isString (builtins.split {self.pattern()} {o('str')}))")
        if item in ("int", "str", "float"):
            choices.append(lambda: f"(builtins.sort (a: b: a {pick('<>')} b) {o(t)})")
            choices.append(lambda: f"(builtins.sort builtins.lessThan {o(t)})")
        if item == "int":
            choices.append(
                lambda: (
                    f"(map (i: i.key) (builtins.genericClosure {{ startSet = [ {{ key = {o('int')}; }} ]; "
                    "operator = i: if i.key > 40 || i.key < (-40) then [ ] "
                    "else [ { key = i.key * 2 + 1; } { key = i.key + 9; } ]; }))"
                )
            )
        return pick(choices)()

    def set(self, t: Type, depth: int, env: Any) -> str:
        o = lambda t: self.of(t, depth, env)  # noqa: E731
        attributes = [f"{self.name(n)} = {o(k)};" for n, k in t[1]]
        self.random.shuffle(attributes)
        literal = "{ " + " ".join(attributes) + " }"
        r = self.random.random()
        if r < 0.4:
            return literal
        if r < 0.5:
            return "rec " + literal
        if r < 0.6 and t[1]:
            extra = self.random.choice(t[1])
            return f"({{ {self.name(extra[0])} = {o(extra[1])}; }} // {literal})"
        if r < 0.7:
            return f'(builtins.removeAttrs ({literal} // {{ gone = {o("int")}; }}) [ "gone" "never" ])'
        if r < 0.8:
            pairs = " ".join(f"{{ name = {quote(n)}; value = {o(k)}; }}" for n, k in t[1])
            return f"(builtins.listToAttrs [ {pairs} ])"
        if r < 0.9 and t[1]:
            keep = " ".join(f"{quote(n)} = null;" for n, _ in t[1])
            return f"(builtins.intersectAttrs {{ {keep} other = 1; }} {literal})"
        if t[1]:
            first, kind = t[1][0]
            rest = " ".join(f"{self.name(n)} = {o(k)};" for n, k in t[1][1:])
            v = self.fresh()
            return f"(let {v} = {o(kind)}; in {{ ${{{quote(first)}}} = {v}; {rest} ${{null}} = 1; }})"
        return literal

    def function(self, t: Type, depth: int, env: Any) -> str:
        x = self.fresh()
        body = self.of(t[2], depth, (*env, (x, t[1])))
        if t[1] == t[2] == "int" and self.random.random() < 0.2:
            return f"(builtins.add {self.of('int', depth, env)})"
        return f"({x}: {body})"


_GENERAL = (
    *(Programs.if_, Programs.if_, Programs.let, Programs.let, Programs.apply, Programs.apply_two, Programs.select),
    *(Programs.select_or, Programs.dynamic, Programs.with_, Programs.assert_, Programs.formals, Programs.recursive),
    *(Programs.fold, Programs.rec_select, Programs.inherited, Programs.try_eval, Programs.thrown, Programs.element),
    *(Programs.sequenced, Programs.functor),
)
