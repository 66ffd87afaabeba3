"""Evaluating Nix: the one object through which other rooms use the language.

    evaluator = Evaluator(root="/repository")
    clan = evaluator.evaluate_file("/repository/clan.nix")
    machines = evaluator.select(clan, "machines")

Values are described in `values`; everything is lazy, and what is taken out of a list or set has to be forced with `force`.
Errors are `EvalError`s with a diagnostic. No code of the input runs, nothing outside `root` is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Source, Span, did_you_mean
from clanback.nix import (
    ast,
    compiler_attributes,
    compiler_functions,
    compiler_operators,
    compiler_variables,
    operators,
    runtime,
    watch,
)
from clanback.nix.builtins import registry
from clanback.nix.builtins.coerce import UnknownEncountered, describe, wrong_type
from clanback.nix.compiler import Compiler
from clanback.nix.environment import Scope
from clanback.nix.errors import EvalError, LimitError, UnknownNeededError
from clanback.nix.limits import LIST_WEIGHT, Limits, ticks
from clanback.nix.paths import Paths, canonical
from clanback.nix.room import is_prepared, with_room
from clanback.nix.runtime import MISSING
from clanback.nix.values import Attrs, Builtin, Closure, ContextString, OpenAttrs, PathValue, Unknown, type_name, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clanback.diagnostics import Diagnostic
    from clanback.nix.values import Thunk, Value

# Imported for what they register.
_FAMILIES = (compiler_attributes, compiler_functions, compiler_operators, compiler_variables)


class Evaluator:
    """Evaluates expressions and files of one repository. `reads` says what was looked at on disk (see `clanback.nix.reads`)."""

    def __init__(
        self, root: str | None = None, *, allow_outside: bool = False, limits: Limits | None = None, store: str = "/nix/store"
    ) -> None:
        self.limits = limits or Limits()
        self.paths = Paths(root, allow_outside=allow_outside, limits=self.limits, store=store)
        self.reads = self.paths.reads
        self.depth = [0]
        self._copied = 0
        self.matching = 0
        self._running = False
        self.tick = ticks(self.limits)
        self.traced: list[str] = []
        self._files: dict[str, Value] = {}
        self.joins_unknown = False
        """Whether a set joined with an unknown one keeps what is known of it: only where nobody asks what else is in it."""
        self.pipe_operators = False
        """Whether `|>` and `<|` may be used: Nix asks for a setting, which a flake may give itself."""
        self.meets_pipe: Callable[[Diagnostic], None] | None = None
        """Told of pipe operators that nobody asked for; they are read then (see `clanback.nix.piping`)."""
        self.provided: dict[str, Value] = {}
        """Values that stand in for files that are not there: what `import` of a path gives."""
        self.parsed: dict[str, ast.File] = {}
        self._lib: Attrs | None = None
        self.globals = registry.global_scope()

    @property
    def lib(self) -> Attrs:
        """The functions of nixpkgs' `lib` that clanback knows."""
        if self._lib is None:
            from clanback.nix.lib import make_lib

            self._lib = make_lib(self)
        return self._lib

    # ---- evaluating -------------------------------------------------------------------------------------------------

    def evaluate(self, expr: ast.Expr, scope: Mapping[str, Value] | None = None) -> Value:
        """The value of an expression, forced at its top. Names of `scope` shadow the globals."""
        source = expr.source_file if isinstance(expr, ast.File) else Source("<expression>", "")
        try:
            return self.guarded(self._run, expr, source, scope or {})
        except EvalError as error:
            error.locate(Span(source, expr.start, expr.end))
            raise

    def evaluate_file(self, path: str) -> Value:
        """The value of a file (or of `default.nix` in a directory); each file is parsed and evaluated once."""
        return self.guarded(self.import_file, str(path))

    def _run(self, expr: ast.Expr, source: Source, scope: Mapping[str, Value]) -> Value:
        names = Scope(None, scope)
        return Compiler(self, source).compile(expr, names)([None, *scope.values()])

    def import_file(self, path: str) -> Value:
        """`import`: like `evaluate_file`, from inside an evaluation."""
        if path in self.provided:
            return runtime.force(self.provided[path])
        real = self.paths.nix_file(path)
        if real not in self._files:
            self._files[real] = [lambda file: self._run(file, file.source_file, {}), self.parse_file(real)]
        return runtime.force(self._files[real])

    def import_scoped(self, path: str, scope: Mapping[str, Value]) -> Value:
        """`scopedImport`: evaluated anew each time."""
        file = self.parse_file(self.paths.nix_file(path), scope)
        return self._run(file, file.source_file, scope)

    def parse_file(self, real: str, scope: Mapping[str, Value] | None = None) -> ast.File:
        """The syntax tree of a file inside the root; parsed once."""
        if real in self.parsed and scope is None:
            return self.parsed[real]
        from clanback.nix.piping import parsed

        text = self.paths.nix_text(real)
        watch.allow(len(text))
        root = self.paths.root
        name = real[len(root) + 1 :] if root is not None and real.startswith(root.rstrip("/") + "/") else real
        source = Source(name, text, real)
        if scope is not None:
            return parsed(self, source, tuple(scope))
        self.parsed[real] = parsed(self, source)
        return self.parsed[real]

    def file_of(self, source: Source) -> ast.File | None:
        """The syntax tree of a file that this evaluator has read."""
        return None if source.path is None else self.parsed.get(source.path)

    def guarded(self, function: Callable[..., Value], *arguments: Any) -> Value:
        """Run something from outside the evaluation: with room on the stack, and every exhaustion turned into a `LimitError`."""
        if not is_prepared():
            return with_room(self.guarded, function, *arguments)
        outermost, depth = not self._running, self.depth[0]
        self._running = True
        try:
            return function(*arguments)
        except UnknownEncountered as met:
            return met.unknown
        except RecursionError:
            raise LimitError("CB190", "stack overflow: values depend on each other too deeply") from None
        except MemoryError:
            raise LimitError("CB193", "evaluation needs more memory than there is") from None
        except StopIteration:
            raise self._too_many_calls() from None
        except RuntimeError as wrapped:  # Python's word for a StopIteration that has come through a generator
            if isinstance(wrapped.__cause__, StopIteration):
                raise self._too_many_calls() from None
            raise
        finally:
            self.depth[0] = depth
            if outermost:
                self._running = False

    def _too_many_calls(self) -> LimitError:
        return LimitError("CB192", f"evaluation takes more than {self.limits.calls} function calls")

    # ---- using values -----------------------------------------------------------------------------------------------

    def force(self, x: Any) -> Value:
        """The value of a value or thunk."""
        if type(x) is list:
            if x[0] is None:
                return x[1]
            return runtime.force(x) if self._running else self.guarded(runtime.force, x)
        return x

    def force_deep(self, x: Any) -> Value:
        """The value with everything in it forced, attributes in order of their names. The result still holds (forced) thunks; a
        set that contains itself is no error.
        """
        return self.guarded(self._force_deep, x)

    def _force_deep(self, x: Any) -> Value:
        top = runtime.force(x)
        seen: set[int] = set()
        pending: list[tuple[int, Any]] = [(0, top)]
        while pending:
            level, item = pending.pop()
            value = runtime.force(item)
            self.tick()
            inside: list[Any]
            if type(value) is tuple:
                inside = list(value)
            elif isinstance(value, Attrs):
                inside = [runtime.noted(value, name) for name in sorted(value)]
            else:
                continue
            if id(value) in seen:
                continue
            if level >= self.limits.nesting:
                raise LimitError("CB193", f"lists and sets lie within each other more than {level} deep; is the value endless?")
            seen.add(id(value))
            pending.extend([(level + 1, part) for part in reversed(inside)])
        return top

    def thunk(self, function: Callable[[], Any]) -> Thunk:
        """A lazy native value: `function` is called when (and if) it is needed, and may give a value or a thunk."""
        return [runtime.native, function]

    def thunk_call(self, f: Any, *arguments: Any) -> Thunk:
        """A lazy application of a function to arguments."""
        return [self._delayed_call, (f, arguments)]

    def _delayed_call(self, what: Any) -> Value:
        f, arguments = what
        return self.call(f, *arguments)

    def call(self, f: Any, *arguments: Any) -> Value:
        """Apply a function to arguments (values or thunks). Anything applied to an unknown function is unknown."""
        return self.apply(f, arguments)

    def apply(self, f: Any, arguments: tuple[Any, ...]) -> Value:
        """`call` with the arguments as a tuple."""
        f = runtime.force(f)
        level = self.depth[0]
        if level >= self.limits.call_depth:
            raise self.too_deep(None)
        self.depth[0] = level + 1
        self.tick()
        at, count = 0, len(arguments)
        while at < count:
            if type(f) is Closure:
                if f.curried is not None and count - at >= 2:
                    f = f.curried([f.environment, arguments[at], arguments[at + 1]])
                    at += 2
                    continue
                enter = f.enter
                f = f.code([f.environment, arguments[at]] if enter is None else enter(f, arguments[at]))
            elif type(f) is Builtin:
                wanted = f.arity - len(f.arguments)
                given = (*f.arguments, *arguments[at : at + wanted])
                at += wanted
                f = self._call_builtin(f, given) if at <= count else Builtin(f.name, f.arity, f.call, given)
                continue
            elif type(f) is Unknown:
                self.depth[0] = level
                return Unknown(f"{f.text} …", f.reason)
            elif isinstance(f, Attrs) and "__functor" in f:
                f = self.call(runtime.force(f["__functor"]), f, arguments[at])
            else:
                raise EvalError("CB113", f"attempt to call something which is not a function but {type_name(f)}: {describe(f)}")
            at += 1
        self.depth[0] = level
        return f

    def _call_builtin(self, f: Builtin, given: tuple[Any, ...]) -> Value:
        try:
            # Written out: a call with `*given` would go through C and use up its stack.
            if f.arity == 1:
                value = f.call(self, given[0])
            elif f.arity == 2:
                value = f.call(self, given[0], given[1])
            else:
                value = f.call(self, given[0], given[1], given[2])
            return runtime.force(value) if type(value) is list else value
        except UnknownEncountered as met:
            return Unknown(f"{f.name} {met.unknown.text}", met.unknown.reason)

    def select(self, attributes: Any, name: str) -> Value:
        """The forced value of an attribute. Raises when it is missing; unknown when the set is."""
        found = runtime.force(attributes)
        if isinstance(found, Attrs):
            x = found.get(name, MISSING)
            if x is not MISSING:
                return self.force(x)
            if isinstance(found, OpenAttrs):
                return found.unknown(name)
            meant = did_you_mean(name, found)
            raise EvalError("CB112", f"attribute '{name}' missing", help=f"did you mean '{meant}'?" if meant else None)
        if type(found) is Unknown:
            return Unknown(f"{found.text}.{name}", found.reason, found.span)
        raise wrong_type(found, "a set")

    def known(self, value: Value, why: str) -> Value:
        """The value, or `UnknownNeededError` when it is unknown; `why` ends the sentence `this must be known, …`."""
        if type(value) is Unknown:
            raise UnknownNeededError("CB180", f"'{value.text}' must be known, {why}", value.span, notes=(value.reason,))
        return value

    # ---- coercion ---------------------------------------------------------------------------------------------------

    def to_string(self, value: Any) -> str:
        """Coercion as in an interpolation: strings, paths, sets with `__toString` or `outPath`. An unknown value raises."""
        try:
            return self.coerce_to_string(runtime.force(value), copy_paths=True)
        except UnknownEncountered as met:
            raise UnknownNeededError(
                "CB180",
                f"'{met.unknown.text}' must be known to make a string of it",
                met.unknown.span,
                notes=(met.unknown.reason,),
            ) from None

    def coerce_to_string(self, value: Value, *, copy_paths: bool, more: bool = False) -> str:
        """Coercion to a string; `copy_paths`: paths become (made-up) store paths; `more`: as `builtins.toString` does."""
        kind = type(value)
        if kind is str or kind is ContextString:
            return value  # type: ignore[no-any-return]
        if kind is PathValue:
            return self.path_to_string(value) if copy_paths else value.path
        if isinstance(value, Attrs):
            if "__toString" in value:
                made = self.call(value["__toString"], value)
                return self.coerce_to_string(made, copy_paths=copy_paths, more=more)
            if "outPath" in value:
                return self.coerce_to_string(runtime.force(value["outPath"]), copy_paths=copy_paths, more=more)
        if kind is Unknown:
            raise UnknownEncountered(value)
        if more:
            if value is True:
                return "1"
            if value is False or value is None:
                return ""
            if kind is int:
                return str(value)
            if kind is float:
                return f"{value:f}"
            if kind is tuple:
                return self._list_to_string(value, copy_paths=copy_paths)
        raise EvalError("CB115", f"cannot coerce {type_name(value)} to a string: {describe(value)}")

    def _list_to_string(self, items: tuple[Any, ...], *, copy_paths: bool) -> str:
        pieces = []
        context: frozenset[str] = frozenset()
        for index, item in enumerate(items):
            value = runtime.force(item)
            piece = self.coerce_to_string(value, copy_paths=copy_paths, more=True)
            context |= operators.context_of(piece)
            pieces.append(piece)
            # Nix leaves out the blank after an empty list, not after an empty string.
            if index < len(items) - 1 and not (type(value) is tuple and not value):
                pieces.append(" ")
        text = whole("".join(pieces))
        return ContextString(text, context) if context else text

    def path_to_string(self, path: PathValue) -> ContextString:
        """What a path in a string becomes: a store path that Nix would copy it to (ours is made up)."""
        if path.path.startswith(self.paths.store + "/"):
            return ContextString(path.path, frozenset((path.path,)))
        if not self.paths.exists(path.path):
            raise EvalError("CB130", f"path '{path.path}' does not exist")
        made = self.paths.store_path(path.path)
        return ContextString(made, frozenset((made,)))

    def to_path(self, value: Value) -> PathValue:
        """Coercion to an absolute path, as `builtins.readFile` and others do."""
        if type(value) is PathValue:
            return value
        text = self.coerce_to_string(value, copy_paths=False)
        if not text.startswith("/"):
            raise EvalError("CB132", f"string '{text}' doesn't represent an absolute path")
        return PathValue(self.paths.origin(canonical(str.__str__(text))))

    # ---- errors and places ------------------------------------------------------------------------------------------

    def too_deep(self, span: Span | None) -> LimitError:
        """The error for too many nested calls."""
        what = f"stack overflow; max-call-depth exceeded ({self.limits.call_depth})"
        return LimitError("CB190", what, span, help="a function calls itself without end")

    def count_string(self, length: int) -> None:
        """Check the length of a string that is made, and count the copying."""
        if length > self.limits.string_length:
            raise self.too_large("string")
        self.count_copy(length)

    def count_list(self, length: int) -> None:
        """Check the length of a list that is made, and count the copying."""
        if length > self.limits.list_length:
            raise self.too_large("list")
        self.count_copy(length * LIST_WEIGHT)

    def count_copy(self, size: int) -> None:
        """Count `size` bytes of copying; growing something large step by step must end some day."""
        self._copied += size
        if self._copied > self.limits.copying:
            raise LimitError(
                "CB192", "evaluation copies too much: a string, list or set grows step by step", help="build it at once"
            )

    def too_large(self, what: str) -> LimitError:
        """The error for a string, list or set beyond the limits."""
        limit = self.limits.string_length if what == "string" else self.limits.list_length
        return LimitError("CB193", f"a {what} grows beyond {limit} {'characters' if what == 'string' else 'elements'}")

    def position_of(self, source: Source, offset: int) -> Attrs:
        """`{ file; line; column; }`, as `__curPos` and `builtins.unsafeGetAttrPos` give."""
        line, column = source.position(offset)
        return Attrs({"file": source.path or source.name, "line": line, "column": column})
