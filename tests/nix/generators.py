"""Generates Nix programs: every construct of the language, every variable defined, nothing said about whether they evaluate.

`Programs(random)` writes text from a `random.Random`, ten thousand in a second; `programs()` is the Hypothesis strategy.
Spaces and comments vary, and so do the ways to write one thing (strings, names, parentheses).
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("a", "b", "c", "x'", "foo", "foo-bar", "_", "orb", "inner", "e3")
GLOBALS = ("builtins", "true", "false", "null", "map", "toString", "__add", "__curPos")
OPERATORS = ("+", "-", "*", "/", "++", "//", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "->")
QUOTED_NAMES = ('"q"', '"a b"', '""', '"if"', '"${"x"}"', '${"s"}', "${''t''}", "or", '"a.b"', '"\\${"')
TEXTS = (
    "",
    "a",
    " ",
    "$",
    "$$",
    "\\n",
    "\\t",
    '\\"',
    "\\\\",
    "\\${",
    "$${",
    "é",
    "''",
    "# no",
    "\n",
    "\\x",
    "/*",
    "a b",
    "{",
    "}",
    "\\r",
    "'",
)
INDENTED_TEXTS = (
    "", "a", " ", "  ", "\n", "\n  ", "\n    ", "\n\t", "$", "$$", "''$", "'''", "''\\n", "''\\t", "$${", '"', "é",
    " b ", "\n  c\n", "' ", "\\", "''\\ ",
    "''${", "{", "''\\'", " \n",
)  # fmt: skip
PATHS = ("./a", "../b", "a/b", "./.", "./a/../b", "/c", "./a-b+c.d", "~/h", "a.b/c_d", "1/2", ".../x")
SPACES = (" ", " ", " ", " ", "\n", "  ", "\t", " # comment\n", " /* c */ ", " /** d **/ ", "\r\n")


class Programs:
    """Writes programs of about `size` nodes."""

    def __init__(self, chance: random.Random, size: int = 25) -> None:
        self.chance = chance
        self.size = size
        self.left = size

    def program(self) -> str:
        """The text of one program."""
        self.left = self.chance.randint(1, self.size)
        return self._maybe_space() + self.expr(()) + self._maybe_space()

    # Pieces

    def _pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def _space(self) -> str:
        return self.chance.choice(SPACES)

    def _maybe_space(self) -> str:
        return "" if self.chance.random() < 0.5 else self._space()

    def _glue(self, tokens: tuple[str, ...]) -> str:
        out = tokens[0]
        for token in tokens[1:]:
            tight = token in (";", ")", "}", ",") and out[-1:] not in ("/", "*", ":", "@")
            out += (
                ""
                if tight and self.chance.random() < 0.5 and not out.endswith(("?", "=")) and "://" not in out[-20:]
                else self._space()
            ) + token
        return out

    # Expressions

    def expr(self, scope: tuple[str, ...]) -> str:
        """An expression of any kind."""
        self.left -= 1
        if self.left <= 0:
            return self._leaf(scope)
        kinds: list[Callable[[tuple[str, ...]], str]] = [
            self._leaf, self._operation, self._operation, self._application, self._selection, self._attrset,
            self._attrset, self._list,
            self._lambda, self._let, self._with, self._if, self._assert, self._presence, self._unary, self._string,
            self._indented,
            self._path, self._parenthesised, self._old_let,
        ]  # fmt: skip
        return self.chance.choice(kinds)(scope)

    def operand(self, scope: tuple[str, ...]) -> str:
        """An expression that may stand beside an operator: what it binds looser than is left to chance and the grammar."""
        kind = self.chance.random()
        if kind < 0.35:
            return self.simple(scope)
        if kind < 0.5:
            return self._application(scope)
        if kind < 0.6:
            return self._unary(scope)
        if kind < 0.7:
            return self._presence(scope)
        return self._operation(scope) if self.left > 0 else self.simple(scope)

    def simple(self, scope: tuple[str, ...]) -> str:
        """An expression that may stand anywhere."""
        self.left -= 1
        if self.left <= 0 or self.chance.random() < 0.4:
            return self._leaf(scope)
        return self.chance.choice(
            [self._parenthesised, self._attrset, self._list, self._string, self._indented, self._path, self._old_let]
        )(scope)

    def _leaf(self, scope: tuple[str, ...]) -> str:
        return self.chance.choice([
            self.variable, self.variable, self.variable,
            lambda _: str(self.chance.choice([0, 1, 7, 42, 9223372036854775807])),
            lambda _: self._pick("1.5", ".5", "1.", "0.25", "1.e3", "2.5e-3", "12.E+2", "100000.0"),
            lambda _: self._pick("http://foo.bar/a?b=c&d", "x:x", "mailto:a@b", "a+b.c-d:e"),
            lambda _: self._pick("<nixpkgs>", "<a/b.c>", "<a-b>"),
            lambda _: self._pick(*PATHS),
            lambda _: self._pick("{ }", "[ ]", '""', "''''", "rec { }", "{}", "[]", '"s"', "''i''"),
        ])(scope)  # fmt: skip

    def variable(self, scope: tuple[str, ...]) -> str:
        """A variable in scope."""
        if scope and self.chance.random() < 0.8:
            return self.chance.choice(scope)
        return self.chance.choice(GLOBALS)

    def _parenthesised(self, scope: tuple[str, ...]) -> str:
        return self._glue(("(", self.expr(scope), ")"))

    def _operation(self, scope: tuple[str, ...]) -> str:
        operator = self.chance.choice(OPERATORS)
        left, right = self.operand(scope), self.operand(scope)
        if operator in ("==", "!=", "<", ">", "<=", ">="):  # not associative: no chains
            left, right = f"({left})", f"({right})"
        text = self._glue((left, operator, right))
        return f"({text})" if self.chance.random() < 0.3 or operator in ("==", "!=", "<", ">", "<=", ">=") else text

    def _unary(self, scope: tuple[str, ...]) -> str:
        operator = self._pick("!", "-")
        operand = self.simple(scope) if self.chance.random() < 0.7 else self._application(scope)
        if operator == "-" and self.chance.random() < 0.2:
            operand = "- " + operand
        return operator + " " + operand

    def _application(self, scope: tuple[str, ...]) -> str:
        count = self.chance.randint(1, 3)
        return self._glue((self._selection(scope), *(self._selection(scope) for _ in range(count))))

    def _selection(self, scope: tuple[str, ...]) -> str:
        subject = self.simple(scope)
        if self.chance.random() < 0.6:
            return subject
        text = f"({subject})" if subject[0] not in "({[" else subject
        text += self._pick(".", " . ", ". ") + self.path(scope)
        if self.chance.random() < 0.3:
            text = self._glue((text, "or", self._selection(scope)))
        return text

    def path(self, scope: tuple[str, ...], *, dynamic: bool = True) -> str:
        """An attribute path."""
        return ".".join(self.name(scope, dynamic=dynamic) for _ in range(self.chance.choice([1, 1, 1, 2, 3])))

    def name(self, scope: tuple[str, ...], *, dynamic: bool = True) -> str:
        """An attribute's name."""
        kind = self.chance.random()
        if kind < 0.7 or (not dynamic and kind > 0.85):
            return self.chance.choice(NAMES)
        if kind < 0.85:
            return self.chance.choice(QUOTED_NAMES if dynamic else QUOTED_NAMES[:4])
        return "${" + self._maybe_space() + self.expr(scope) + self._space() + "}"

    def _presence(self, scope: tuple[str, ...]) -> str:
        return self._glue((self._application(scope), "?", self.path(scope)))

    def _list(self, scope: tuple[str, ...]) -> str:
        return self._glue(("[", *(self._selection(scope) for _ in range(self.chance.randint(0, 4))), "]"))

    def _bindings(self, scope: tuple[str, ...], names: list[str], *, dynamic: bool) -> str:
        """Bindings of some names, each once."""
        texts = []
        for name in names:
            kind = self.chance.random()
            if kind < 0.15:
                texts.append(self._glue(("inherit", "(", self.expr(scope), ")", name, ";")))
            elif kind < 0.3:
                texts.append(self._glue((f"{name}.{self._pick('u', 'v')}", "=", self.expr(scope), ";")))
                texts.append(self._glue((f"{name}.w.{self._pick(*NAMES)}", "=", self.expr(scope), ";")))
            elif kind < 0.36:
                texts.append(self._glue((name, "=", "{ u = 1; }", ";")))
                texts.append(self._glue((name, "=", self._pick("{ v = 2; }", "rec { v = 1; w = 3; }", "{ }"), ";")))
            elif kind < 0.4 and dynamic:
                texts.append(self._glue((f"{name}.${{{self.expr(scope)} }}", "=", self.expr(scope), ";")))
            else:
                texts.append(self._glue((name, "=", self.expr(scope), ";")))
        if dynamic and self.chance.random() < 0.15:
            texts.append(self._glue(("${ " + self.expr(scope) + " }", "=", self.expr(scope), ";")))
        self.chance.shuffle(texts)
        return self._maybe_space().join(texts)

    def _some_names(self, most: int = 4) -> list[str]:
        return self.chance.sample(NAMES, self.chance.randint(0, most))

    def _attrset(self, scope: tuple[str, ...]) -> str:
        names = self._some_names()
        inherit = ""
        if self.chance.random() < 0.2 and scope:
            name = self.chance.choice(scope)
            if name not in names:
                inherit = self._glue(("inherit", name, ";"))
        if self.chance.random() < 0.25:
            return self._glue(("rec", "{", inherit + " " + self._bindings((*scope, *names), names, dynamic=True), "}"))
        return self._glue(("{", inherit + " " + self._bindings(scope, names, dynamic=True), "}"))

    def _old_let(self, scope: tuple[str, ...]) -> str:
        if self.chance.random() < 0.8:
            return self._attrset(scope)
        names = self._some_names()
        inner = (*scope, *names)
        return self._glue(("let", "{", self._bindings(inner, names, dynamic=False), "body", "=", self.expr(inner), ";", "}"))

    def _let(self, scope: tuple[str, ...]) -> str:
        names = self._some_names()
        inner = (*scope, *names)
        return self._glue(("let", self._bindings(inner, names, dynamic=False) or " ", "in", self.expr(inner)))

    def _lambda(self, scope: tuple[str, ...]) -> str:
        if self.chance.random() < 0.4:
            name = self.chance.choice(NAMES)
            return f"{name}{self._pick(':', ' :')}{self._space()}{self.expr((*scope, name))}"
        names = self._some_names()
        inner = (*scope, *names)
        around = None
        if self.chance.random() < 0.4:
            around = self.chance.choice([n for n in NAMES if n not in names])
            inner = (*inner, around)
        formals = []
        for name in names:
            formals.append(self._glue((name, "?", self.expr(inner))) + " " if self.chance.random() < 0.4 else name)
        if self.chance.random() < 0.4:
            formals.append("...")
        elif formals and self.chance.random() < 0.2:
            formals.append("")
        text = "{" + self._maybe_space() + ("," + self._space()).join(formals) + self._maybe_space() + "}"
        if around is not None:
            text = (
                f"{around}{self._pick('@', ' @ ')}{text}"
                if self.chance.random() < 0.5
                else f"{text}{self._pick('@', ' @ ')}{around}"
            )
        return f"{text}:{self._space()}{self.expr(inner)}"

    def _with(self, scope: tuple[str, ...]) -> str:
        return self._glue(("with", self.expr(scope), ";", self.expr((*scope, "unknown"))))

    def _if(self, scope: tuple[str, ...]) -> str:
        return self._glue(("if", self.expr(scope), "then", self.expr(scope), "else", self.expr(scope)))

    def _assert(self, scope: tuple[str, ...]) -> str:
        return self._glue(("assert", self.expr(scope), ";", self.expr(scope)))

    def _interpolated(self, scope: tuple[str, ...], texts: tuple[str, ...]) -> str:
        out = ""
        for _ in range(self.chance.randint(0, 5)):
            text = (
                "${" + self._maybe_space() + self.expr(scope) + self._space() + "}"
                if self.chance.random() < 0.25
                else self._pick(*texts)
            )
            out += "-" + text if out.endswith("$") and text[:1] in "${" else text
        return out

    def _string(self, scope: tuple[str, ...]) -> str:
        return '"' + self._interpolated(scope, TEXTS) + '"'

    def _indented(self, scope: tuple[str, ...]) -> str:
        return (
            "''"
            + self._pick("", "\n", "  \n", "\n  ")
            + self._interpolated(scope, INDENTED_TEXTS)
            + self._pick("", "\n", "\n  ", " ")
            + "''"
        )

    def _path(self, scope: tuple[str, ...]) -> str:
        text = self._pick("./a", "a/", "/", "./", "~/b", "./a-", "b/c/")
        for _ in range(self.chance.randint(1, 2)):
            text += "${ " + self.expr(scope) + " }" + self._pick("", "d", "/e", ".f/g")
        return text


@st.composite
def programs(draw: st.DrawFn, size: int = 25) -> str:
    """Programs as Hypothesis draws them: it can shrink one that breaks a test."""
    return Programs(draw(st.randoms(use_true_random=False)), size).program()


def bulk(count: int, seed: int = 1, size: int = 25) -> list[str]:
    """Many programs, the same ones each time."""
    writer = Programs(random.Random(seed), size)
    return [writer.program() for _ in range(count)]
