"""A tree of ours as `nix-instantiate --parse` of Nix 2.8 prints it: desugared, sorted, everything in parentheses.

Two things are evened out on both sides (`even`), for they say nothing about the tree: Nix keeps the pieces of a `''`
string apart at each escape (`("a" + "\\$" + "b")`), we join them; and it keeps pieces that stripping left empty.
"""

from __future__ import annotations

import os
import posixpath
import re

from clanback.nix import ast
from tests.nix.generators import NAMES

_SHOWN_AS_CALL = {
    "-": "(__sub {} {})",
    "*": "(__mul {} {})",
    "/": "(__div {} {})",
    "<": "(__lessThan {} {})",
    ">=": "(! (__lessThan {} {}))",
}
_SHOWN_SWAPPED = {">": "(__lessThan {} {})", "<=": "(! (__lessThan {} {}))"}
_IDENTIFIER = re.compile(r"[a-zA-Z_][a-zA-Z0-9_'\-]*\Z")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "$": "\\$", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def even(text: str) -> str:
    """Without the differences that are none."""
    while True:
        shorter = text.replace('" + "', "")
        shorter = re.sub(r'(?<=\()"" \+ | \+ ""(?=\))', "", shorter)
        shorter = re.sub(r'\(("(?:[^"\\]|\\.)*")\)', r"\1", shorter)
        if shorter == text:
            return text
        text = shorter


PRIMER = "{ " + " ".join(f"{name} = 1;" for name in NAMES) + " }\n"
"""Nix 2.8 prints the names of a `let` and of arguments in the order in which it first saw them: let that be ours."""


def show(expr: ast.Expr, base: str) -> str:
    """What Nix prints for the expression of a file in the folder `base`."""

    def name(text: str) -> str:
        return text if _IDENTIFIER.match(text) and text != "if" else string(text)

    def path(names: tuple[ast.AttrName, ...]) -> str:
        return ".".join(name(n.name) if isinstance(n, ast.StaticName) else '"${' + go(n.expr) + '}"' for n in names)

    def string(text: str) -> str:
        return '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'

    def parts(pieces: tuple[str | ast.Expr, ...]) -> str:
        return "(" + " + ".join(string(p) if isinstance(p, str) else go(p) for p in pieces) + ")"

    def resolved(text: str) -> str:
        if text.startswith("~"):
            return os.environ["HOME"] + text[1:]
        made = posixpath.normpath(posixpath.join(base, text))
        if made.startswith("//"):
            made = made[1:]
        return made + ("/" if text.endswith("/") and len(text) > 1 else "")

    def attributes(node: ast.AttrSet | ast.Let, *, let: bool = False) -> str:
        out = []
        for key, attribute in sorted(node.attributes.items(), key=lambda item: NAMES.index(item[0]) if let else item[0].encode()):
            if attribute.inherited == "scope":
                out.append(f"inherit {name(key)} ; " if not let else f"inherit {name(key)}; ")
            else:
                out.append(f"{name(key)} = {go(attribute.expr)}; ")
        if isinstance(node, ast.AttrSet):
            out += [f'"${{{go(d.name)}}}" = {go(d.expr)}; ' for d in node.dynamic]
        return "".join(out)

    def attrset(node: ast.AttrSet, recursive: bool) -> str:
        return ("rec " if recursive else "") + "{ " + attributes(node) + "}"

    def go(e: ast.Expr) -> str:
        match e:
            case ast.Int():
                return str(e.value)
            case ast.Float():
                return f"{e.value:g}"
            case ast.String():
                if len(e.parts) == 0:
                    return '""'
                if len(e.parts) == 1 and isinstance(e.parts[0], str):
                    return string(e.parts[0])
                return parts(e.parts)
            case ast.Uri():
                return string(e.value)
            case ast.Path():
                first = e.parts[0]
                assert isinstance(first, str)
                if len(e.parts) == 1:
                    return resolved(first)
                rest = " + ".join(string(p) if isinstance(p, str) else go(p) for p in e.parts[1:])
                # A path that goes on after `//` is two pieces for Nix; only the first is resolved.
                return f"({resolved(first)} + {rest})"
            case ast.SearchPath():
                return f"(__findFile __nixPath {string(e.value)})"
            case ast.Var():
                return e.name
            case ast.Select():
                default = f" or ({go(e.default)})" if e.default is not None else ""
                return f"({go(e.subject)}).{path(e.path)}{default}"
            case ast.HasAttr():
                return f"(({go(e.subject)}) ? {path(e.path)})"
            case ast.AttrSet():
                return attrset(e, e.recursive)
            case ast.LegacyLet():
                return f"({attrset(e.attrset, True)}).body"
            case ast.Let():
                return f"(let {attributes(e, let=True)}in {go(e.body)})"
            case ast.List():
                return "[ " + "".join(f"({go(i)}) " for i in e.items) + "]"
            case ast.Lambda():
                head = ""
                if e.formals is not None:
                    formals = [
                        f.name + (f" ? {go(f.default)}" if f.default is not None else "")
                        for f in sorted(e.formals, key=lambda f: NAMES.index(f.name))
                    ]
                    head = "{ " + ", ".join(formals + (["..."] if e.ellipsis else [])) + " }"
                    head += " @ " if e.param is not None else ""
                return f"({head}{e.param or ''}: {go(e.body)})"
            case ast.With():
                return f"(with {go(e.scope)}; {go(e.body)})"
            case ast.If():
                return f"(if {go(e.condition)} then {go(e.consequence)} else {go(e.alternative)})"
            case ast.Assert():
                return f"assert {go(e.condition)}; {go(e.body)}"
            case ast.Apply():
                function = go(e.function)
                if isinstance(e.function, ast.SearchPath) or function.startswith(
                    ("(__sub ", "(__mul ", "(__div ", "(__lessThan ")
                ):
                    function = function[1:-1]  # calls, for Nix, and calls of calls are one
                return f"({function} {' '.join(go(a) for a in e.arguments)})"
            case ast.Unary():
                return f"(! {go(e.operand)})" if e.operator == "!" else f"(__sub 0 {go(e.operand)})"
            case ast.Binary():
                left, right = go(e.left), go(e.right)
                if e.operator in _SHOWN_AS_CALL:
                    return _SHOWN_AS_CALL[e.operator].format(left, right)
                if e.operator in _SHOWN_SWAPPED:
                    return _SHOWN_SWAPPED[e.operator].format(right, left)
                return f"({left} {e.operator} {right})"
            case ast.File():
                return go(e.expr)

    return go(expr)
