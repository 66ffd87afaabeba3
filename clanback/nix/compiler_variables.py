"""Compiling names: variables, `let`, `with`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Span, did_you_mean
from clanback.nix import ast
from clanback.nix.builtins.coerce import wrong_type
from clanback.nix.compiler import COMPILE, Compiler, constant_code
from clanback.nix.environment import Scope
from clanback.nix.errors import EvalError
from clanback.nix.runtime import MISSING, Code, Frame, force, force_at
from clanback.nix.values import Attrs, OpenAttrs, Unknown

if TYPE_CHECKING:
    from clanback.nix.compiler import Maker
    from clanback.nix.values import Value


def _variable(compiler: Compiler, node: ast.Var, scope: Scope) -> Code:
    found = scope.find(node.name)
    if found is not None:
        return slot_code(compiler, node, *found)
    evaluator = compiler.evaluator
    if node.name in evaluator.globals:
        value = evaluator.globals[node.name]
        return (lambda _: force(value)) if type(value) is list else constant_code(value)
    if node.name == "__curPos":
        return constant_code(evaluator.position_of(compiler.source, node.start))
    withs = scope.withs()
    if not withs:
        known = set(evaluator.globals)
        walk: Scope | None = scope
        while walk is not None:
            known.update(walk.slots)
            walk = walk.parent
        meant = did_you_mean(node.name, known)
        raise EvalError(
            "CB120", f"undefined variable '{node.name}'", compiler.span(node), help=f"did you mean '{meant}'?" if meant else None
        )
    return _from_with(compiler, node, withs)


def slot_code(compiler: Compiler, node: Any, hops: int, slot: int) -> Code:
    """Code that forces what a slot holds. Written out for the nearest frames, which most names are in."""
    source = compiler.source

    def code_0(frame: Frame) -> Value:
        x = frame[slot]
        if type(x) is list:
            if x[0] is None:
                return x[1]
            return force_at(x, source, node)
        return x

    def code_1(frame: Frame) -> Value:
        x = frame[0][slot]
        if type(x) is list:
            if x[0] is None:
                return x[1]
            return force_at(x, source, node)
        return x

    def code_2(frame: Frame) -> Value:
        x = frame[0][0][slot]
        if type(x) is list:
            if x[0] is None:
                return x[1]
            return force_at(x, source, node)
        return x

    def code_3(frame: Frame) -> Value:
        x = frame[0][0][0][slot]
        if type(x) is list:
            if x[0] is None:
                return x[1]
            return force_at(x, source, node)
        return x

    def code_far(frame: Frame) -> Value:
        for _ in range(hops):
            frame = frame[0]
        x = frame[slot]
        if type(x) is list:
            if x[0] is None:
                return x[1]
            return force_at(x, source, node)
        return x

    near = (code_0, code_1, code_2, code_3)
    return near[hops] if hops < len(near) else code_far


def _from_with(compiler: Compiler, node: ast.Var, withs: tuple[int, ...]) -> Code:
    name = node.name

    def code(frame: Frame) -> Value:
        unknown: Unknown | None = None
        open_set: OpenAttrs | None = None
        here, at = frame, 0
        for hops in withs:
            while at < hops:
                here, at = here[0], at + 1
            attributes = force(here[1])
            if isinstance(attributes, Attrs):
                x = attributes.get(name, MISSING)
                if x is not MISSING:
                    if unknown is not None:
                        break  # an unknown set further in may have it too
                    return force_at(x, compiler.source, node) if type(x) is list and x[0] is not None else force(x)
                if isinstance(attributes, OpenAttrs) and open_set is None:
                    open_set = attributes
            elif type(attributes) is Unknown:
                unknown = unknown or attributes
            else:
                raise compiler.located(wrong_type(attributes, "a set"), node)
        if unknown is not None:
            return Unknown(name, unknown.reason, compiler.span(node))
        if open_set is not None:
            return open_set.unknown(name, compiler.span(node))
        raise EvalError("CB120", f"undefined variable '{name}'", compiler.span(node))

    return code


def _with(compiler: Compiler, node: ast.With, scope: Scope) -> Code:
    make_scope = compiler.delay(node.scope, scope).as_maker()
    body = compiler.compile(node.body, Scope(scope, is_with=True))
    return lambda frame: body([frame, make_scope(frame)])


class Bindings:
    """The bindings of a `let` or `rec` as one frame: thunks first, then what needs no thunk, then constants."""

    __slots__ = ("_constants", "_inherited", "_makers", "_thunks", "scope")

    def __init__(self, compiler: Compiler, attributes: dict[str, ast.Attribute], outer: Scope) -> None:
        thunks: list[ast.Attribute] = []
        direct: list[ast.Attribute] = []
        constants: list[tuple[ast.Attribute, Any]] = []
        sources: dict[int, list[ast.Attribute]] = {}
        for attribute in attributes.values():
            expr = attribute.expr
            if attribute.inherited == "source":
                assert isinstance(expr, ast.Select)
                sources.setdefault(id(expr.subject), []).append(attribute)
            elif attribute.inherited == "scope" or isinstance(expr, ast.Lambda):
                direct.append(attribute)
            elif (constant := literal(expr)) is not MISSING:
                constants.append((attribute, constant))
            else:
                thunks.append(attribute)
        names = [a.name for a in thunks]
        names += [a.name for group in sources.values() for a in group]
        names += [a.name for a in direct]
        names += [a.name for a, _ in constants]
        self.scope = Scope(outer, names)
        self._thunks: list[Code] = []
        for attribute in thunks:
            compiler.lazily_in(self._thunks, attribute.expr, self.scope)
        self._inherited = inherited_from(compiler, sources.values(), self.scope)
        self._makers: list[tuple[bool, Maker]] = []
        for attribute in direct:
            if attribute.inherited == "scope":
                self._makers.append((True, compiler.delay(attribute.expr, outer).as_maker()))
            else:
                compiler.name_function(attribute.expr, attribute.name)
                self._makers.append((False, compiler.compile(attribute.expr, self.scope)))
        self._constants = [value for _, value in constants]

    def frame(self, outer: Frame) -> Frame:
        """The frame of one evaluation."""
        frame: Frame = [outer]
        append = frame.append
        for code in self._thunks:
            append([code, frame])
        for subject, selects in self._inherited:
            shared = [subject, frame]
            for _, select in selects:
                append([select, shared])
        for outside, maker in self._makers:
            append(maker(outer if outside else frame))
        if self._constants:
            frame += self._constants
        return frame


def inherited_from(compiler: Compiler, groups: Any, scope: Scope) -> list[tuple[Code, list[tuple[str, Code]]]]:
    """Code of `inherit (subject) a b;`: the subject, and for each name code that selects it from the subject's thunk."""
    made = []
    for group in groups:
        subject = compiler.lazily(group[0].expr.subject, scope)
        made.append((subject, [(a.name, _select_shared(compiler, a)) for a in group]))
    return made


def _select_shared(compiler: Compiler, attribute: ast.Attribute) -> Code:
    from clanback.nix.compiler_attributes import select_name

    node = attribute.expr
    assert isinstance(node, ast.Select)
    step = node.path[0]

    def code(shared: Any) -> Value:
        return select_name(compiler, node, step, force(shared), attribute.name)

    return code


def literal(node: ast.Expr) -> Any:
    """The value of a literal, or `MISSING`."""
    if isinstance(node, (ast.Int, ast.Float, ast.Uri)):
        return node.value
    if isinstance(node, ast.String):
        if not node.parts:
            return ""
        if len(node.parts) == 1 and isinstance(node.parts[0], str):
            return node.parts[0]
    return MISSING


def _let(compiler: Compiler, node: ast.Let, scope: Scope) -> Code:
    bindings = Bindings(compiler, node.attributes, scope)
    body = compiler.compile(node.body, bindings.scope)
    frame_of = bindings.frame
    return lambda frame: body(frame_of(frame))


def locate_call(error: EvalError, compiler: Compiler, node: Any, text: str) -> None:
    """Note a step of the trace; an error without a place gets this one."""
    span = Span(compiler.source, node.start, node.end)
    error.locate(span)
    error.note(text, span)


COMPILE[ast.Var] = _variable
COMPILE[ast.With] = _with
COMPILE[ast.Let] = _let
