"""Compiling attribute sets, selection (`a.b or c`) and `?`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Span, did_you_mean
from clanback.nix import ast
from clanback.nix.builtins.coerce import UnknownEncountered, describe, force_attrs, force_string_no_context
from clanback.nix.compiler import COMPILE, Compiler
from clanback.nix.compiler_variables import Bindings, inherited_from, literal
from clanback.nix.errors import EvalError
from clanback.nix.runtime import MISSING, Code, Frame, blackhole, force
from clanback.nix.values import Attrs, OpenAttrs, Unknown, type_name

if TYPE_CHECKING:
    from clanback.nix.compiler import Maker
    from clanback.nix.environment import Scope
    from clanback.nix.values import Value


def _attribute_set(compiler: Compiler, node: ast.AttrSet, scope: Scope) -> Code:
    build = _recursive(compiler, node, scope) if node.recursive else None
    if not node.attributes and not node.dynamic:
        empty = Attrs()
        return lambda _: empty
    if build is None:
        build = _plain(compiler, node, scope)
    if not node.dynamic:
        return build
    return _with_dynamic(compiler, node, scope, build)


def _plain(compiler: Compiler, node: ast.AttrSet, scope: Scope) -> Code:
    """A set without `rec`. What it needs is laid out at its first evaluation: constants, makers, thunks, `inherit (e)`."""
    source = compiler.source
    positions = {name: (source, attribute) for name, attribute in node.attributes.items()}
    constants: dict[str, Any] = {}
    makers: list[tuple[str, Maker]] = []
    thunks: list[tuple[str, Code]] = []
    sources: dict[int, list[ast.Attribute]] = {}
    for name, attribute in node.attributes.items():
        expr = attribute.expr
        if attribute.inherited == "source":
            assert isinstance(expr, ast.Select)
            sources.setdefault(id(expr.subject), []).append(attribute)
            continue
        constant = literal(expr)
        if constant is not MISSING:
            constants[name] = constant
        elif isinstance(expr, (ast.Var, ast.Lambda)):
            compiler.name_function(expr, name)
            makers.append((name, compiler.delay(expr, scope).as_maker()))
        else:
            _lazily_named(compiler, thunks, name, expr, scope)
    inherited = inherited_from(compiler, sources.values(), scope)
    new = Attrs.__new__
    if not (thunks or makers or inherited):
        shared = Attrs(constants, positions=positions)
        return lambda _: shared

    def code(frame: Frame) -> Value:
        made = new(Attrs)
        made.positions = positions
        for name, thunk in thunks:
            made[name] = [thunk, frame]
        for name, maker in makers:
            made[name] = maker(frame)
        if constants:
            made.update(constants)
        for subject, selects in inherited:
            from_one = [subject, frame]
            for name, select in selects:
                made[name] = [select, from_one]
        return made

    return code


def _lazily_named(compiler: Compiler, thunks: list[tuple[str, Code]], name: str, expr: ast.Expr, scope: Scope) -> None:
    index = len(thunks)

    def replace(code: Code) -> None:
        thunks[index] = (name, code)

    thunks.append((name, compiler.lazily(expr, scope, replace)))


def _recursive(compiler: Compiler, node: ast.AttrSet, scope: Scope) -> Code:
    bindings = Bindings(compiler, node.attributes, scope)
    frame_of = bindings.frame
    slots = [(name, bindings.scope.slots[name]) for name in node.attributes]
    positions = {name: (compiler.source, attribute) for name, attribute in node.attributes.items()}
    overrides = bindings.scope.slots.get("__overrides")
    add_dynamic = _dynamic(compiler, node, bindings.scope) if node.dynamic else None
    new = Attrs.__new__

    def code(outer: Frame) -> Value:
        frame = frame_of(outer)
        made = new(Attrs)
        made.positions = positions
        if overrides is not None:
            _override(frame, force_attrs(compiler.evaluator, frame[overrides]), bindings.scope, made)
        for name, slot in slots:
            made[name] = frame[slot]
        return made if add_dynamic is None else add_dynamic(made, frame)

    return code


def _override(frame: Frame, values: Attrs, scope: Scope, made: Attrs) -> None:
    """`rec { __overrides = { … }; }`: its attributes replace those of the set, inside as well as outside."""
    for name, value in values.items():
        slot = scope.slots.get(name)
        if slot is not None:
            frame[slot] = value
        else:
            made[name] = value


def _with_dynamic(compiler: Compiler, node: ast.AttrSet, scope: Scope, build: Code) -> Code:
    if node.recursive:
        return build
    add_dynamic = _dynamic(compiler, node, scope)

    def code(frame: Frame) -> Value:
        made = build(frame) if node.attributes else Attrs()
        copy = Attrs(made, positions=made.positions)
        return add_dynamic(copy, frame)

    return code


def _dynamic(compiler: Compiler, node: ast.AttrSet, scope: Scope) -> Any:
    """A function that adds the attributes whose names are computed to a set."""
    dynamic: list[tuple[ast.DynamicAttribute, Code, Maker]] = [
        (d, compiler.compile(d.name, scope), compiler.delay(d.expr, scope).as_maker()) for d in node.dynamic
    ]

    def add(made: Attrs, frame: Frame) -> Value:
        positions = dict(made.positions or {})
        for attribute, name_code, maker in dynamic:
            name = name_code(frame)
            if name is None:
                continue
            try:
                name = force_string_no_context(compiler.evaluator, name)
            except UnknownEncountered as met:
                return compiler.unknown(node, met.unknown)
            except EvalError as error:
                error.locate(compiler.span(attribute.name))
                raise
            if name in made:
                raise EvalError(
                    "CB118",
                    f"dynamic attribute '{name}' already defined",
                    Span(compiler.source, attribute.name_start, attribute.name_end),
                )
            made[name] = maker(frame)
            positions[name] = (compiler.source, attribute)
        made.positions = positions
        return made

    return add


def _names(
    compiler: Compiler, path: tuple[ast.AttrName, ...], scope: Scope
) -> list[tuple[str | None, Code | None, ast.AttrName]]:
    return [
        (step.name, None, step) if isinstance(step, ast.StaticName) else (None, compiler.compile(step.expr, scope), step)
        for step in path
    ]


def _name_of(compiler: Compiler, name_code: Code, step: ast.AttrName, frame: Frame) -> str:
    """The name that a dynamic step evaluates to."""
    try:
        return force_string_no_context(compiler.evaluator, name_code(frame))
    except EvalError as error:
        error.locate(compiler.span(step))
        raise


def force_attribute(attributes: Attrs, name: str, x: list[Any]) -> Value:
    """Force the thunk of an attribute; an error gets a step of trace that names the attribute."""
    code = x[0]
    if code is None:
        return x[1]
    x[0] = blackhole
    try:
        value = code(x[1])
    except EvalError as error:
        x[0] = code
        error.note(f"while evaluating the attribute '{name}'", attributes.name_span(name))
        raise
    except BaseException:
        x[0] = code
        raise
    x[1] = value
    x[0] = None
    return value


def select_name(compiler: Compiler, node: ast.Select, step: ast.AttrName, subject: Value, name: str) -> Value:
    """`subject.name` for a forced subject, without default."""
    if isinstance(subject, Attrs):
        x = subject.get(name, MISSING)
        if x is not MISSING:
            if type(x) is list:
                try:
                    return force_attribute(subject, name, x)
                except EvalError as error:
                    error.locate(Span(compiler.source, node.start, node.end))
                    raise
            return x
        if isinstance(subject, OpenAttrs):
            return subject.unknown(name, compiler.span(node))
        meant = did_you_mean(name, subject)
        raise EvalError(
            "CB112", f"attribute '{name}' missing", compiler.span(step), help=f"did you mean '{meant}'?" if meant else None
        )
    if type(subject) is Unknown:
        return compiler.unknown(node, subject)
    raise EvalError("CB110", f"expected a set but found {type_name(subject)}: {describe(subject)}", compiler.span(node.subject))


def _select(compiler: Compiler, node: ast.Select, scope: Scope) -> Code:
    constant = _global_select(compiler, node, scope)
    if constant is not None:
        return constant
    subject = compiler.compile(node.subject, scope)
    if node.default is not None:
        return _select_or(compiler, node, scope, subject)
    if len(node.path) == 1 and isinstance(node.path[0], ast.StaticName):
        return _select_one(compiler, node, subject, node.path[0])
    path = _names(compiler, node.path, scope)

    def code(frame: Frame) -> Value:
        value = subject(frame)
        for name, name_code, step in path:
            if type(value) is Unknown:
                return compiler.unknown(node, value)
            if name_code is not None:
                try:
                    name = _name_of(compiler, name_code, step, frame)
                except UnknownEncountered as met:
                    return compiler.unknown(node, met.unknown)
            value = select_name(compiler, node, step, value, name)  # type: ignore[arg-type]
        return value

    return code


def _global_select(compiler: Compiler, node: ast.Select, scope: Scope) -> Code | None:
    """`builtins.name` where `builtins` means the real one: a constant."""
    if (
        isinstance(node.subject, ast.Var)
        and node.subject.name == "builtins"
        and len(node.path) == 1
        and scope.find("builtins") is None
    ):
        step = node.path[0]
        if isinstance(step, ast.StaticName):
            value = compiler.evaluator.globals["builtins"].get(step.name, MISSING)
            if value is not MISSING and type(value) is not list:
                return lambda _: value
    return None


def _select_one(compiler: Compiler, node: ast.Select, subject: Code, step: ast.StaticName) -> Code:
    name = step.name

    def code(frame: Frame) -> Value:
        attributes = subject(frame)
        if type(attributes) is Attrs and name in attributes:
            x = attributes[name]
            if type(x) is not list:
                return x
            if x[0] is None:
                return x[1]
            try:
                return force_attribute(attributes, name, x)
            except EvalError as error:
                error.locate(Span(compiler.source, node.start, node.end))
                raise
        return select_name(compiler, node, step, attributes, name)

    return code


def _select_or(compiler: Compiler, node: ast.Select, scope: Scope, subject: Code) -> Code:
    path = _names(compiler, node.path, scope)
    assert node.default is not None
    default = compiler.compile(node.default, scope)

    def code(frame: Frame) -> Value:
        value = subject(frame)
        for name, name_code, step in path:
            if name_code is not None:
                try:
                    name = _name_of(compiler, name_code, step, frame)
                except UnknownEncountered as met:
                    return compiler.unknown(node, met.unknown)
            assert name is not None
            if isinstance(value, Attrs):
                x = value.get(name, MISSING)
                if x is not MISSING:
                    value = force_attribute(value, name, x) if type(x) is list else x
                    continue
                if isinstance(value, OpenAttrs):
                    return value.unknown(name, compiler.span(node))
            elif type(value) is Unknown:
                return compiler.unknown(node, value)
            return default(frame)
        return value

    return code


def _has_attribute(compiler: Compiler, node: ast.HasAttr, scope: Scope) -> Code:
    subject = compiler.compile(node.subject, scope)
    path = _names(compiler, node.path, scope)

    def code(frame: Frame) -> Value:
        value = subject(frame)
        for index, (name, name_code, step) in enumerate(path):
            if name_code is not None:
                try:
                    name = _name_of(compiler, name_code, step, frame)
                except UnknownEncountered as met:
                    return compiler.unknown(node, met.unknown)
            assert name is not None
            if type(value) is Unknown:
                return compiler.unknown(node, value)
            if not isinstance(value, Attrs):
                return False
            x = value.get(name, MISSING)
            if x is MISSING:
                if not isinstance(value, OpenAttrs):
                    return False
                x = value.unknown(name, compiler.span(node))
                if type(x) is Unknown:
                    return x
            if index < len(path) - 1:
                value = force(x)
        return True

    return code


def _legacy_let(compiler: Compiler, node: ast.LegacyLet, scope: Scope) -> Code:
    attributes = compiler.compile(node.attrset, scope)

    def code(frame: Frame) -> Value:
        made = attributes(frame)
        if "body" not in made:
            raise EvalError("CB112", "attribute 'body' missing", compiler.span(node))
        return force(made["body"])

    return code


COMPILE[ast.AttrSet] = _attribute_set
COMPILE[ast.Select] = _select
COMPILE[ast.HasAttr] = _has_attribute
COMPILE[ast.LegacyLet] = _legacy_let
