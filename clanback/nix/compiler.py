"""From syntax tree to closures: every node becomes, once, a Python function from a frame to a value.

`Compiler` belongs to one source. The construct families register their functions in `COMPILE`: `compiler_variables` (names,
`let`, `with`), `compiler_attributes` (sets, select, `?`), `compiler_functions` (lambdas, application), `compiler_operators`;
the rest is here. Values of attributes, bindings and arguments are compiled when they are first evaluated, so that what nobody
asks for costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from clanback.diagnostics import Span
from clanback.nix import ast
from clanback.nix.builtins.coerce import UnknownEncountered, wrong_type
from clanback.nix.environment import Scope
from clanback.nix.errors import OURS, AssertionFailedError, EvalError
from clanback.nix.limits import LARGE
from clanback.nix.runtime import Code, Frame
from clanback.nix.values import ContextString, PathValue, Unknown, made_up, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.diagnostics import Source
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

CompileFunction: TypeAlias = "Callable[[Compiler, Any, Scope], Code]"
Maker: TypeAlias = "Callable[[Frame], Any]"

COMPILE: dict[type, CompileFunction] = {}
"""How each class of node is compiled."""

LITERALS = (ast.Int, ast.Float, ast.Uri)


class Delayed:
    """How to make the value of an expression that is not needed yet, from the frame it stands in.

    One of three: a `constant` (then `maker` and `codes` are None), a `maker` that gives a value or an existing thunk without
    evaluating anything, or `codes`, whose only element is the code for a new thunk (a list, for once compiled it is another).
    """

    __slots__ = ("codes", "constant", "maker")

    def __init__(self, constant: Any = None, maker: Maker | None = None, codes: list[Code] | None = None) -> None:
        self.constant = constant
        self.maker = maker
        self.codes = codes

    def as_maker(self) -> Maker:
        """A function from the frame to the value or thunk, whichever kind this is."""
        if self.maker is not None:
            return self.maker
        if self.codes is not None:
            codes = self.codes
            return lambda frame: [codes[0], frame]
        constant = self.constant
        return lambda _: constant


class Compiler:
    """Compiles the nodes of one source for one evaluator."""

    def __init__(self, evaluator: Evaluator, source: Source) -> None:
        self.evaluator = evaluator
        self.source = source
        self.function_names: dict[int, str] = {}

    def name_function(self, node: ast.Expr, name: str) -> None:
        """Remember what a function is called, which is what it is bound to; the functions it returns share the name."""
        while isinstance(node, ast.Lambda):
            self.function_names[id(node)] = name
            node = node.body

    def compile(self, node: ast.Expr, scope: Scope) -> Code:
        """Code of an expression."""
        return COMPILE[type(node)](self, node, scope)

    def delay(self, node: ast.Expr, scope: Scope, *, own_frame: bool = False) -> Delayed:
        """How to pass an expression on unevaluated. `own_frame`: the frame is still being filled, so its slots cannot be read
        yet.
        """
        kind = type(node)
        if isinstance(node, LITERALS):
            return Delayed(node.value)
        if isinstance(node, ast.String) and not node.parts:
            return Delayed("")
        if isinstance(node, ast.String) and len(node.parts) == 1 and isinstance(node.parts[0], str):
            return Delayed(node.parts[0])
        if isinstance(node, ast.Var):
            found = scope.find(node.name)
            if found is None:
                if node.name in self.evaluator.globals:
                    return Delayed(self.evaluator.globals[node.name])
            elif found[0] > 0 or not own_frame:
                return Delayed(maker=slot_maker(*found))
        if isinstance(node, ast.Lambda):
            return Delayed(maker=self.compile(node, scope))
        if kind is ast.List and not node.items:  # type: ignore[union-attr]
            return Delayed(())
        codes: list[Code] = []
        self.lazily_in(codes, node, scope)
        return Delayed(codes=codes)

    def lazily(self, node: ast.Expr, scope: Scope, replace: Callable[[Code], None] | None = None) -> Code:
        """Code that compiles itself when first run, and then tells its owner the real code."""
        compiled: list[Code] = []

        def stub(frame: Frame) -> Value:
            if compiled:
                return compiled[0](frame)
            code = self.compile(node, scope)
            compiled.append(code)
            if replace is not None:
                replace(code)
            return code(frame)

        return stub

    def lazily_in(self, codes: list[Code], node: ast.Expr, scope: Scope) -> None:
        """Append lazily compiled code to a list; the real code takes its place there."""
        index = len(codes)

        def replace(code: Code) -> None:
            codes[index] = code

        codes.append(self.lazily(node, scope, replace))

    def span(self, node: Any) -> Span:
        """The place of a node."""
        return Span(self.source, node.start, node.end)

    def text(self, node: Any) -> str:
        """The source text of a node."""
        return self.source.text[node.start : node.end]

    def unknown(self, node: Any, cause: Unknown) -> Unknown:
        """The result of an operation on an unknown value: the text is that of the whole operation."""
        if self.source.name.startswith(OURS):
            return made_up(self.source.name.removeprefix(OURS), cause)
        return Unknown(self.text(node), cause.reason, self.span(node))

    def condition(self, value: Value, node: ast.Expr) -> Unknown:
        """For a condition that is neither true nor false: gives it back when it is unknown, else raises."""
        if type(value) is Unknown:
            return value
        raise self.located(wrong_type(value, "a Boolean"), node)

    def located(self, error: Exception, node: Any) -> Exception:
        """The error, with the node's place when it had none."""
        if isinstance(error, EvalError):
            error.locate(self.span(node))
        return error


def slot_maker(hops: int, slot: int) -> Maker:
    """A function that gives what a slot holds, a value or a thunk, without forcing it."""
    if hops == 0:
        return lambda frame: frame[slot]
    if hops == 1:
        return lambda frame: frame[0][slot]
    if hops == 2:
        return lambda frame: frame[0][0][slot]
    if hops == 3:
        return lambda frame: frame[0][0][0][slot]

    def maker(frame: Frame) -> Any:
        for _ in range(hops):
            frame = frame[0]
        return frame[slot]

    return maker


def constant_code(value: Value) -> Code:
    """Code of something that is always the same."""
    return lambda _: value


def _literal(compiler: Compiler, node: ast.Int | ast.Float | ast.Uri, scope: Scope) -> Code:
    return constant_code(node.value)


def _file(compiler: Compiler, node: ast.File, scope: Scope) -> Code:
    return Compiler(compiler.evaluator, node.source_file).compile(node.expr, scope)


def _string(compiler: Compiler, node: ast.String, scope: Scope) -> Code:
    if not node.parts:
        return constant_code("")
    if len(node.parts) == 1 and isinstance(node.parts[0], str):
        return constant_code(node.parts[0])
    evaluator = compiler.evaluator
    parts = [(part, None, None) if isinstance(part, str) else (None, compiler.compile(part, scope), part) for part in node.parts]

    def code(frame: Frame) -> Value:
        pieces = []
        context: frozenset[str] | None = None
        for text, part, part_node in parts:
            if part is not None:
                value = part(frame)
                if type(value) is str:
                    text = value
                else:
                    try:
                        text = evaluator.coerce_to_string(value, copy_paths=True)
                    except UnknownEncountered as met:
                        return compiler.unknown(node, met.unknown)
                    except EvalError as error:
                        error.locate(compiler.span(part_node))
                        raise
                    if type(text) is ContextString:
                        context = text.context if context is None else context | text.context
            pieces.append(text)
        joined = whole("".join(pieces))  # type: ignore[arg-type]
        if len(joined) >= LARGE:
            try:
                evaluator.count_string(len(joined))
            except EvalError as error:
                error.locate(compiler.span(node))
                raise
        return joined if context is None else ContextString(joined, context)

    return code


def _path(compiler: Compiler, node: ast.Path, scope: Scope) -> Code:
    evaluator, source = compiler.evaluator, compiler.source
    first = node.parts[0]
    assert isinstance(first, str)
    parts = [
        (part, None, None) if isinstance(part, str) else (None, compiler.compile(part, scope), part) for part in node.parts[1:]
    ]

    def code(frame: Frame) -> Value:
        try:
            start = evaluator.paths.literal(first, source)
            if not parts:
                return PathValue(start)
            pieces = [start + "/" if first.endswith("/") and len(first) > 1 else start]
            for text, part, part_node in parts:
                if part is not None:
                    try:
                        text = evaluator.coerce_to_string(part(frame), copy_paths=False)
                    except EvalError as error:
                        error.locate(compiler.span(part_node))
                        raise
                    if type(text) is ContextString and text.context:
                        raise EvalError("CB132", "a string that refers to a store path cannot be appended to a path")
                assert text is not None
                pieces.append(text)
            return PathValue(evaluator.paths.canonical("".join(pieces)))
        except UnknownEncountered as met:
            return compiler.unknown(node, met.unknown)
        except EvalError as error:
            error.locate(compiler.span(node))
            raise

    return code


def _search_path(compiler: Compiler, node: ast.SearchPath, scope: Scope) -> Code:
    """`<a>` is `__findFile __nixPath "a"`, and both names may be bound in the program; else the path is unknown."""
    if scope.find("__nixPath") is not None or scope.find("__findFile") is not None:
        at = (node.start, node.end)
        nodes: Any = ast  # mypy does not see through `ast.node` to the constructors
        arguments = (nodes.Var(*at, "__nixPath"), nodes.String(*at, (node.value,)))
        return compiler.compile(nodes.Apply(*at, nodes.Var(*at, "__findFile"), arguments), scope)
    folder = compiler.evaluator.paths.nixpkgs
    if folder is not None and (node.value == "nixpkgs" or node.value.startswith("nixpkgs/")):
        return constant_code(PathValue(compiler.evaluator.paths.canonical(folder + node.value.removeprefix("nixpkgs"))))
    reason = f"the search path <{node.value}> is only known where Nix runs"
    unknown = Unknown(compiler.text(node), reason, compiler.span(node))
    return constant_code(unknown)


def _list(compiler: Compiler, node: ast.List, scope: Scope) -> Code:
    if not node.items:
        return constant_code(())
    delayed = [compiler.delay(item, scope) for item in node.items]
    if all(d.maker is None and d.codes is None for d in delayed):
        return constant_code(tuple(d.constant for d in delayed))
    if all(d.codes is not None for d in delayed):
        codes: list[Code] = []
        for item in node.items:
            compiler.lazily_in(codes, item, scope)
        return lambda frame: tuple([[code, frame] for code in codes])
    makers = [d.as_maker() for d in delayed]
    return lambda frame: tuple([maker(frame) for maker in makers])


def _if(compiler: Compiler, node: ast.If, scope: Scope) -> Code:
    condition = compiler.compile(node.condition, scope)
    consequence = compiler.compile(node.consequence, scope)
    alternative = compiler.compile(node.alternative, scope)

    def code(frame: Frame) -> Value:
        value = condition(frame)
        if value is True:
            return consequence(frame)
        if value is False:
            return alternative(frame)
        return compiler.unknown(node, compiler.condition(value, node.condition))

    return code


def _assert(compiler: Compiler, node: ast.Assert, scope: Scope) -> Code:
    condition = compiler.compile(node.condition, scope)
    body = compiler.compile(node.body, scope)

    def code(frame: Frame) -> Value:
        value = condition(frame)
        if value is True:
            return body(frame)
        if value is False:
            raise AssertionFailedError(
                "CB102", f"assertion '{compiler.text(node.condition)}' failed", compiler.span(node.condition)
            )
        return compiler.unknown(node, compiler.condition(value, node.condition))

    return code


for _kind in LITERALS:
    COMPILE[_kind] = _literal
COMPILE[ast.File] = _file
COMPILE[ast.String] = _string
COMPILE[ast.Path] = _path
COMPILE[ast.SearchPath] = _search_path
COMPILE[ast.List] = _list
COMPILE[ast.If] = _if
COMPILE[ast.Assert] = _assert
