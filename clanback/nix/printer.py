"""Syntax tree to text, in the style of nixfmt (RFC 166), with no more parentheses than needed.

`parse(print_expr(e)) == e` for every tree that `parse` gives. Comments are not in the tree and so not in the text.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, TypeAlias

from clanback.nix import ast
from clanback.nix.layout import HARD, LINE, Break, Doc, Document, concat, group, is_flat, nest, render
from clanback.nix.printed_strings import escape, indented, string

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    _Printing: TypeAlias = Generator["tuple[ast.Expr, int]", Doc, Doc]

# How tightly expressions bind, as the ladder of the grammar.
_EXPR, _PIPE, _IMPLICATION, _NOT, _NEGATION, _APPLICATION, _SELECT, _SIMPLE = 0, 1, 2, 8, 13, 14, 15, 16

# Of each operator: level, level needed on the left, level needed on the right.
_OPERATORS = {
    "|>": (1, 1, 2),
    "<|": (1, 2, 1),
    "->": (2, 3, 2),
    "||": (3, 3, 4),
    "&&": (4, 4, 5),
    "==": (5, 6, 6),
    "!=": (5, 6, 6),
    "<": (6, 7, 7),
    ">": (6, 7, 7),
    "<=": (6, 7, 7),
    ">=": (6, 7, 7),
    "//": (7, 8, 7),
    "+": (9, 9, 10),
    "-": (9, 9, 10),
    "*": (10, 10, 11),
    "/": (10, 10, 11),
    "++": (11, 12, 11),
}
_PRESENCE = 12

_IDENTIFIER = re.compile(r"[a-zA-Z_][a-zA-Z0-9_'\-]*\Z")
_KEYWORDS = frozenset({"assert", "else", "if", "in", "inherit", "let", "rec", "then", "with"})


def print_expr(expr: ast.Expr, *, width: int = 100, indent: int = 0) -> str:
    """The text of an expression, without a final newline; all its lines but the first are indented by `indent` steps."""
    return render(_document(expr), width=width, indent=indent)


def print_name(name: str) -> str:
    """An attribute's name as it is written in Nix: quoted where it must be."""
    if _IDENTIFIER.match(name) and name not in _KEYWORDS:
        return name
    return '"' + escape(name) + '"'


def _document(expr: ast.Expr) -> Doc:
    """Runs the printers, which yield what they want printed, on a stack of our own: trees may be deep."""
    running: list[_Printing] = [_print(expr, _EXPR)]
    result: Doc | None = None
    while running:
        try:
            wanted, level = running[-1].send(result)  # type: ignore[arg-type]  # a generator's first `send` takes None
        except StopIteration as stop:
            running.pop()
            result = stop.value
        else:
            running.append(_print(wanted, level))
            result = None
    assert result is not None
    return result


def _level(expr: ast.Expr) -> int:
    match expr:
        case ast.Binary():
            return _OPERATORS[expr.operator][0]
        case ast.Lambda() | ast.With() | ast.If() | ast.Assert() | ast.Let():
            return _EXPR
        case ast.Unary():
            return _NOT if expr.operator == "!" else _NEGATION
        case ast.HasAttr():
            return _PRESENCE
        case ast.Apply():
            return _SELECT if len(expr.arguments) == 1 and _is_old_or(expr.arguments[0]) else _APPLICATION
        case ast.Select():
            return _SELECT
        case ast.Int() | ast.Float() if expr.value < 0:
            return _NEGATION
        case ast.File():
            return _level(expr.expr)
        case _:
            return _SIMPLE


def _print(expr: ast.Expr, needed: int) -> _Printing:
    if _level(expr) >= needed:
        return (yield from _bare(expr))
    inner = yield from _bare(expr)
    return group("(", inner, ")")


def _bare(expr: ast.Expr) -> _Printing:
    match expr:
        case ast.Int():
            return str(expr.value)
        case ast.Float():
            return _float(expr.value)
        case ast.String():
            return (yield from (indented(expr) if expr.indented else string(expr.parts)))
        case ast.Uri():
            return expr.value
        case ast.Path():
            parts: list[Doc] = []
            for part in expr.parts:
                if isinstance(part, str):
                    parts.append(part)
                else:
                    parts += ["${", (yield part, _EXPR), "}"]
            return concat(*parts)
        case ast.SearchPath():
            return f"<{expr.value}>"
        case ast.Var():
            return expr.name
        case ast.Select():
            return (yield from _select(expr))
        case ast.HasAttr():
            subject = yield expr.subject, _PRESENCE
            return concat(subject, " ? ", (yield from _path(expr.path)))
        case ast.AttrSet():
            return (yield from _attrset("rec " if expr.recursive else "", expr))
        case ast.LegacyLet():
            return (yield from _attrset("let ", expr.attrset))
        case ast.Let():
            return (yield from _let(expr))
        case ast.List():
            return (yield from _list(expr))
        case ast.Lambda():
            return (yield from _lambda(expr))
        case ast.With():
            scope = yield expr.scope, _EXPR
            return concat("with ", scope, "; ", (yield expr.body, _EXPR))
        case ast.Assert():
            condition = yield expr.condition, _EXPR
            return concat("assert ", condition, ";", HARD, (yield expr.body, _EXPR))
        case ast.If():
            condition = yield expr.condition, _EXPR
            consequence = yield expr.consequence, _EXPR
            alternative = yield expr.alternative, _EXPR
            broken = LINE if type(expr.alternative) is not ast.If else " "
            otherwise = nest(LINE, alternative) if broken is LINE else concat(" ", alternative)
            return group("if ", condition, " then", nest(LINE, consequence), LINE, "else", otherwise)
        case ast.Apply():
            return (yield from _apply(expr))
        case ast.Unary():
            operand = yield expr.operand, (_NOT if expr.operator == "!" else _NEGATION)
            # `-./a` would be a path
            space = " " if expr.operator == "-" and type(expr.operand) not in (ast.Var, ast.Int, ast.Float) else ""
            return concat(expr.operator, space, operand)
        case ast.Binary():
            return (yield from _binary(expr))
        case ast.File():
            return (yield expr.expr, _EXPR)


def _select(expr: ast.Select) -> _Printing:
    subject = yield expr.subject, _SIMPLE
    if type(expr.subject) in (ast.Int, ast.Float, ast.Path, ast.Uri):  # `1.a` and `./a.b` are something else
        subject = concat("(", subject, ")")
    path = yield from _path(expr.path)
    if expr.default is None:
        return concat(subject, ".", path)
    return concat(subject, ".", path, " or ", (yield expr.default, _SELECT))


def _path(path: Iterable[ast.AttrName]) -> _Printing:
    parts: list[Doc] = []
    for name in path:
        if parts:
            parts.append(".")
        if isinstance(name, ast.StaticName):
            parts.append(print_name(name.name))
        elif type(name.expr) is ast.String and len(name.expr.parts) == 1 and isinstance(name.expr.parts[0], str):
            parts.append(_computed_name(name.expr.parts[0]))
        elif type(name.expr) is ast.String and not name.expr.indented:
            parts.append((yield name.expr, _EXPR))
        else:
            parts += ["${", (yield name.expr, _EXPR), "}"]
    return concat(*parts)


def _computed_name(text: str) -> str:
    """A name that is a plain text and yet counts as computed, which for Nix is a `''` string with an escape in it."""
    escaped = "".join(c if c.isalnum() else "''\\" + {"\n": "n", "\r": "r", "\t": "t"}.get(c, c) for c in text)
    if escaped == text:
        at = next((i for i, c in enumerate(text) if c not in "nrt"), 0)
        escaped = text[:at] + "''\\" + text[at:]
    if len(text) == 1:  # the escape alone would be one piece; the space before it is stripped as indentation
        escaped = " " + escaped
    return "${''" + escaped + "''}"


def _is_old_or(expr: ast.Expr) -> bool:
    return type(expr) is ast.Var and expr.name == "or"


def _apply(expr: ast.Apply) -> _Printing:
    function = yield expr.function, (_SIMPLE if _is_old_or(expr.arguments[0]) else _SELECT)
    if _is_old_or(expr.arguments[0]) and type(expr.function) is ast.Select and expr.function.default is None:
        function = concat("(", function, ")") if not isinstance(function, str) else function
    arguments: list[Doc] = []
    for argument in expr.arguments:
        arguments.append((yield argument, _SELECT))
    *others, last = arguments
    if _absorbs(expr.arguments[-1]) and all(is_flat(a) for a in (function, *others)):
        return concat(function, *(part for a in others for part in (" ", a)), " ", last)
    return group(function, nest(*(part for a in arguments for part in (LINE, a))))


def _binary(expr: ast.Binary) -> _Printing:
    level, left_level, right_level = _OPERATORS[expr.operator]
    # Chains of one operator are one group, and are walked without nesting.
    operands: list[Doc] = []
    operator = expr.operator
    node: ast.Expr = expr
    if left_level == level:
        chain: list[ast.Expr] = []
        while isinstance(node, ast.Binary) and node.operator == operator:
            chain.append(node.right)
            node = node.left
        operands.append((yield node, left_level))
        for right in reversed(chain):
            operands.append((yield right, right_level))
    else:
        while isinstance(node, ast.Binary) and node.operator == operator:
            operands.append((yield node.left, left_level))
            node = node.right
            if right_level != level:
                break
        operands.append((yield node, right_level))
    parts: list[Doc] = [operands[0]]
    hug = _absorbs(node if left_level != level else expr.right) and all(is_flat(o) for o in operands[:-1])
    for operand in operands[1:-1]:
        parts += [LINE, operator, " ", operand]
    parts += [" " if hug else LINE, operator, " ", operands[-1]]
    return concat(*parts) if hug and len(operands) == 2 else group(*parts)


def _absorbs(expr: ast.Expr) -> bool:
    """Whether an expression may begin on the line of what it belongs to and end on a line of its own."""
    while True:
        match expr:
            case ast.AttrSet():
                return bool(expr.bindings)
            case ast.List():
                return bool(expr.items)
            case ast.LegacyLet():
                return True
            case ast.String():
                return expr.indented and any(isinstance(p, str) and "\n" in p for p in expr.parts)
            case ast.With():
                expr = expr.body
            case ast.Lambda() if expr.formals is None:
                expr = expr.body
            case _:
                return False


def _bindings(expr: ast.AttrSet | ast.Let) -> Iterable[ast.Binding | ast.Inherit]:
    if not isinstance(expr, ast.AttrSet) or not expr.implicit:
        return expr.bindings  # without any, attributes may still have been merged into it from elsewhere
    made: list[ast.Binding | ast.Inherit] = []
    for attribute in expr.attributes.values():
        name = ast.StaticName(attribute.name_start, attribute.name_end, attribute.name)
        if attribute.inherited is None:
            made.append(ast.Binding(name.start, attribute.expr.end, (name,), attribute.expr))
        else:
            source = attribute.expr.subject if isinstance(attribute.expr, ast.Select) else None
            made.append(ast.Inherit(name.start, name.end, source, (name,)))
    for dynamic in expr.dynamic:
        name_ = ast.DynamicName(dynamic.name_start, dynamic.name_end, dynamic.name)
        made.append(ast.Binding(name_.start, dynamic.expr.end, (name_,), dynamic.expr))
    return made


def _binding(binding: ast.Binding | ast.Inherit) -> _Printing:
    if isinstance(binding, ast.Inherit):
        source: tuple[Doc, ...] = ()
        if binding.source is not None:
            source = (" (", (yield binding.source, _EXPR), ")")
        names = [part for name in binding.names for part in (LINE, print_name(name.name))]
        return group("inherit", *source, nest(*names), ";")
    path = yield from _path(binding.path)
    value = yield binding.value, _EXPR
    if type(binding.value) is ast.List and len(binding.value.items) > 1:
        value = _break(value)
    if _absorbs(binding.value) or type(binding.value) in (ast.AttrSet, ast.List, ast.Let, ast.If) or _hugs(binding.value):
        if type(binding.value) is ast.Let:
            return group(path, " =", nest(LINE, value), ";")
        return concat(path, " = ", value, ";")
    return group(path, " =", nest(LINE, value), ";")


def _break(doc: Doc) -> Doc:
    """A list in several lines, whether it would fit in one or not: so nixfmt has lists of several items."""
    assert not isinstance(doc, str | Break)
    return concat(*(HARD if part is LINE else _break_items(part) for part in doc.parts))


def _break_items(doc: Doc) -> Doc:
    return nest(*(HARD if part is LINE else part for part in doc.parts)) if isinstance(doc, Document) and doc.nest else doc


def _hugs(expr: ast.Expr) -> bool:
    """Whether a call or an operation ends in something that begins on the same line."""
    while True:
        match expr:
            case ast.Apply():
                return _absorbs(expr.arguments[-1])
            case ast.Binary():
                return _absorbs(expr.right) and expr.operator in ("//", "++")
            case ast.With():
                expr = expr.body
            case ast.Lambda() if expr.formals is None:
                expr = expr.body
            case _:
                return False


def _attrset(prefix: str, expr: ast.AttrSet) -> _Printing:
    printed: list[Doc] = []
    for binding in _bindings(expr):
        printed.append((yield from _binding(binding)))
    if not printed:
        return prefix + "{ }"
    between = LINE if len(printed) == 1 else HARD
    return group(prefix + "{", nest(*(part for p in printed for part in (between, p))), between, "}")


def _let(expr: ast.Let) -> _Printing:
    printed: list[Doc] = []
    for binding in _bindings(expr):
        printed.append((yield from _binding(binding)))
    body = yield expr.body, _EXPR
    return concat("let", nest(*(part for p in printed for part in (HARD, p))), HARD, "in", HARD, body)


def _list(expr: ast.List) -> _Printing:
    items: list[Doc] = []
    for item in expr.items:
        items.append((yield item, _SELECT))
    if not items:
        return "[ ]"
    return group("[", nest(*(part for item in items for part in (LINE, item))), LINE, "]")


def _lambda(expr: ast.Lambda) -> _Printing:
    head: list[Doc] = []
    if expr.param is not None and (expr.formals is None or expr.param_first):
        head.append(expr.param + ("@" if expr.formals is not None else ""))
    if expr.formals is not None:
        formals: list[Doc] = []
        for formal in expr.formals:
            if formal.default is None:
                formals.append(formal.name)
            else:
                default = yield formal.default, _EXPR
                if not isinstance(formal.default, ast.Var | ast.Int | ast.List | ast.AttrSet | ast.String):
                    default = group(default, " ")  # a URI would take the comma
                formals.append(concat(formal.name, " ? ", default))
        if expr.ellipsis:
            formals.append("...")
        if formals:
            last = len(formals) - 1
            parts: list[Doc] = []
            for index, printed in enumerate(formals):
                parts += [LINE, printed, "," if index < last else ""]
            head.append(group("{", nest(*parts), LINE, "}"))
        else:
            head.append("{ }")
        if expr.param is not None and not expr.param_first:
            head.append("@" + expr.param)
    body = yield expr.body, _EXPR
    if expr.formals is not None and type(expr.body) in (ast.AttrSet, ast.Let) and not is_flat(body):
        return concat(*head, ":", HARD, body)
    return concat(*head, ": ", body)


def _float(value: float) -> str:
    if math.isinf(value):
        return "1.0e999" if value > 0 else "-1.0e999"
    text = repr(value)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return text
