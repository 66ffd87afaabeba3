"""Compiling lambdas and their application.

`x: y: body` is kept as one function of two arguments as long as both are given at once (`Closure.curried`): its body's frame
is `[environment, x, y]` either way, so that only a partial application costs a further closure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Span, did_you_mean
from clanback.nix import ast
from clanback.nix.builtins.coerce import wrong_type
from clanback.nix.compiler import COMPILE, Compiler
from clanback.nix.environment import Scope
from clanback.nix.errors import EvalError
from clanback.nix.runtime import MISSING, Code, Frame, force
from clanback.nix.values import Attrs, Closure, OpenAttrs, Unknown

if TYPE_CHECKING:
    from clanback.nix.compiler import Maker
    from clanback.nix.values import Value


def _lambda(compiler: Compiler, node: ast.Lambda, scope: Scope) -> Code:
    """Code that makes the closure. The body is compiled when the first closure is made."""
    if node.formals is not None:
        return _lambda_with_formals(compiler, node, scope)
    assert node.param is not None
    inner = node.body
    if isinstance(inner, ast.Lambda) and inner.formals is None and inner.param is not None and inner.param != node.param:
        return _lambda_of_two(compiler, node, inner, scope)
    source = compiler.source
    inside = Scope(scope, (node.param,))
    bodies: list[Code] = []

    def code(frame: Frame) -> Value:
        if not bodies:
            bodies.append(compiler.compile(node.body, inside))
        return Closure(node, bodies[0], frame, source)

    return code


def _lambda_of_two(compiler: Compiler, node: ast.Lambda, inner: ast.Lambda, scope: Scope) -> Code:
    source = compiler.source
    assert node.param is not None
    assert inner.param is not None
    inside = Scope(scope, (node.param, inner.param))
    bodies: list[Code] = []

    def partial(frame: Frame) -> Value:
        return Closure(inner, bodies[0], frame, source, _extend)

    def code(frame: Frame) -> Value:
        if not bodies:
            bodies.append(compiler.compile(inner.body, inside))
        return Closure(node, partial, frame, source, None, bodies[0])

    return code


def _extend(closure: Closure, argument: Any) -> Frame:
    """Frame of the second function of two: the partial frame with one more slot."""
    return [*closure.environment, argument]


def _lambda_with_formals(compiler: Compiler, node: ast.Lambda, scope: Scope) -> Code:
    formals = node.formals
    assert formals is not None
    source, param, ellipsis = compiler.source, node.param, node.ellipsis
    names = [param] if param is not None else []
    names += [formal.name for formal in formals]
    inside = Scope(scope, names)
    known = frozenset(formal.name for formal in formals)
    wanted: list[tuple[str, Any]] = []
    bodies: list[Code] = []

    def enter(closure: Closure, argument: Any) -> Frame:
        attributes = force(argument)
        if type(attributes) is not Attrs:
            return special(closure, argument, attributes)
        frame = [closure.environment]
        append = frame.append
        if param is not None:
            append(argument)
        found = 0
        for name, default in wanted:
            x = attributes.get(name, MISSING)
            if x is not MISSING:
                append(x)
                found += 1
            elif default is not None:
                append([default, frame])
            else:
                missing(attributes, name)
        if found != len(attributes) and not ellipsis:
            unexpected(attributes)
        return frame

    def special(closure: Closure, argument: Any, attributes: Value) -> Frame:
        """Unknown or partly known arguments: each formal that may be there is unknown."""
        if not isinstance(attributes, (Unknown, OpenAttrs)):
            error = wrong_type(attributes, "a set")
            if isinstance(error, EvalError):
                error.note("while calling a function that takes a set", compiler.span(node))
            raise error
        frame = [closure.environment]
        if param is not None:
            frame.append(argument)
        for formal in formals:
            if isinstance(attributes, Unknown):
                frame.append(
                    Unknown(f"{attributes.text}.{formal.name}", attributes.reason, Span(source, formal.start, formal.end))
                )
            elif formal.name in attributes:
                frame.append(attributes[formal.name])
            else:
                frame.append(attributes.unknown(formal.name, Span(source, formal.start, formal.end)))
        return frame

    def called() -> str:
        return compiler.function_names.get(id(node), "anonymous lambda")

    def missing(attributes: Attrs, name: str) -> None:
        meant = did_you_mean(name, [n for n in attributes if n not in known])
        raise EvalError(
            "CB114",
            f"function '{called()}' called without required argument '{name}'",
            compiler.span(node),
            help=f"the caller passes '{meant}'; is it the same?" if meant else None,
        )

    def unexpected(attributes: Attrs) -> None:
        name = min(n for n in attributes if n not in known)
        meant = did_you_mean(name, known)
        raise EvalError(
            "CB114",
            f"function '{called()}' called with unexpected argument '{name}'",
            attributes.name_span(name) or compiler.span(node),
            help=f"did you mean '{meant}'?" if meant else None,
        )

    def code(frame: Frame) -> Value:
        if not bodies:
            bodies.append(compiler.compile(node.body, inside))
            for formal in formals:
                wanted.append((formal.name, None if formal.default is None else compiler.lazily(formal.default, inside)))
        return Closure(node, bodies[0], frame, source, enter)

    return code


def _apply(compiler: Compiler, node: ast.Apply, scope: Scope) -> Code:
    function = compiler.compile(node.function, scope)
    delayed = [compiler.delay(argument, scope) for argument in node.arguments]
    if len(delayed) == 1:
        only = delayed[0]
        return (
            _apply_code(compiler, node, function, only.codes)
            if only.codes
            else _apply_one(compiler, node, function, only.as_maker())
        )
    makers = [d.as_maker() for d in delayed]
    if len(makers) == 2:
        return _apply_two(compiler, node, function, makers[0], makers[1])
    return _apply_many(compiler, node, function, makers)


def _apply_code(compiler: Compiler, node: ast.Apply, function: Code, argument: list[Code]) -> Code:
    """Application to one argument that needs a thunk, with the code that is the only element of `argument`."""
    evaluator = compiler.evaluator
    depth, tick, limit = evaluator.depth, evaluator.tick, evaluator.limits.call_depth

    def code(frame: Frame) -> Value:
        f = function(frame)
        if type(f) is not Closure:
            return apply_other(compiler, node, f, [argument[0], frame])
        level = depth[0]
        if level >= limit:
            raise evaluator.too_deep(compiler.span(node))
        depth[0] = level + 1
        try:
            tick()
            enter = f.enter
            x = [argument[0], frame]
            value = f.code([f.environment, x] if enter is None else enter(f, x))
        except EvalError as error:
            note_call(compiler, node, error)
            raise
        depth[0] = level
        return value

    return code


def _apply_one(compiler: Compiler, node: ast.Apply, function: Code, maker: Maker) -> Code:
    evaluator = compiler.evaluator
    depth, tick, limit = evaluator.depth, evaluator.tick, evaluator.limits.call_depth

    def code(frame: Frame) -> Value:
        f = function(frame)
        if type(f) is not Closure:
            return apply_other(compiler, node, f, maker(frame))
        level = depth[0]
        if level >= limit:
            raise evaluator.too_deep(compiler.span(node))
        depth[0] = level + 1
        try:
            tick()
            enter = f.enter
            value = f.code([f.environment, maker(frame)] if enter is None else enter(f, maker(frame)))
        except EvalError as error:
            note_call(compiler, node, error)
            raise
        depth[0] = level
        return value

    return code


def _apply_two(compiler: Compiler, node: ast.Apply, function: Code, first: Maker, second: Maker) -> Code:
    evaluator = compiler.evaluator
    depth, tick, limit = evaluator.depth, evaluator.tick, evaluator.limits.call_depth

    def code(frame: Frame) -> Value:
        f = function(frame)
        if type(f) is not Closure or f.curried is None:
            return apply_all(compiler, node, f, (first(frame), second(frame)))
        level = depth[0]
        if level >= limit:
            raise evaluator.too_deep(compiler.span(node))
        depth[0] = level + 1
        try:
            tick()
            value = f.curried([f.environment, first(frame), second(frame)])
        except EvalError as error:
            note_call(compiler, node, error)
            raise
        depth[0] = level
        return value

    return code


def _apply_many(compiler: Compiler, node: ast.Apply, function: Code, makers: list[Maker]) -> Code:
    return lambda frame: apply_all(compiler, node, function(frame), tuple([maker(frame) for maker in makers]))


def apply_all(compiler: Compiler, node: ast.Apply, f: Value, arguments: tuple[Any, ...]) -> Value:
    """Apply anything to several arguments: one level of call depth, as in Nix."""
    if type(f) is Unknown:
        return compiler.unknown(node, f)
    try:
        value = compiler.evaluator.apply(f, arguments)
    except EvalError as error:
        note_call(compiler, node, error)
        raise
    return compiler.unknown(node, value) if type(value) is Unknown and value.span is None else value


def apply_other(compiler: Compiler, node: ast.Apply, f: Value, argument: Any) -> Value:
    """Apply what is no closure: a builtin, a set with `__functor`, an unknown value; or say that it is no function."""
    return apply_all(compiler, node, f, (argument,))


def note_call(compiler: Compiler, node: ast.Apply, error: EvalError) -> None:
    """Note a step of the trace; an error without a place (from a builtin) gets this one."""
    span = Span(compiler.source, node.start, node.end)
    error.locate(span)
    error.note("while calling a function", span)


COMPILE[ast.Lambda] = _lambda
COMPILE[ast.Apply] = _apply
