"""From a machine's definitions to the parts that are rendered: which way each kind of module goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from clanback.diagnostics import DiagnosticError, Span, warning
from clanback.inventory.machine_modules.collecting import configuration_of
from clanback.inventory.machine_modules.excerpt import Excerpts, outside, repository_path
from clanback.inventory.machine_modules.facts import place_of
from clanback.inventory.machine_modules.plain import is_plain
from clanback.inventory.machine_modules.splitting import TARGETS, Splitter, module_of
from clanback.inventory.machine_modules.statements import Statement, below, known
from clanback.inventory.machine_modules.variables import Surroundings
from clanback.inventory.machine_modules.written import Written
from clanback.inventory.model import MachineModules, ModulePart
from clanback.nix import ast
from clanback.nix.ancestry import Ancestry
from clanback.nix.captured import arguments_around, delayed_call, frame_around
from clanback.nix.values import Attrs, Closure, PathValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.diagnostics import Diagnostic, Source
    from clanback.inventory.machine_modules import ModuleDefinition
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.runtime import Frame

_WRITTEN: WeakKeyDictionary[Evaluator, dict[int, Written]] = WeakKeyDictionary()
"""What is known of the text of each file, for as long as its evaluator lives."""


class Prepared:
    """A definition with its value, its text where there is one, and the frame in which the text was evaluated."""

    __slots__ = ("definition", "expr", "frame", "span", "value", "written")

    def __init__(
        self,
        definition: ModuleDefinition,
        value: Any,
        span: Span | None,
        written: Written | None,
        expr: ast.Expr | None,
        frame: Frame | None,
    ) -> None:
        self.definition = definition
        self.value = value
        self.span = span
        self.written = written
        self.expr = expr
        self.frame = frame


class Parts:
    """Collects the parts of one machine's modules, and what is wrong with them."""

    def __init__(self, evaluator: Evaluator, machine: str, root: str) -> None:
        self.evaluator = evaluator
        self.machine = machine
        self.root = root
        self._found: list[Diagnostic] = []
        self._modules: list[MachineModules] = []

    def modules(self) -> MachineModules:
        """All parts, in the order of the definitions."""
        return MachineModules(
            tuple(part for each in self._modules for part in each.state),
            tuple(part for each in self._modules for part in each.tmpfiles),
            tuple(part for each in self._modules for part in each.rest),
        )

    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong, each thing once."""
        unique: list[Diagnostic] = []
        for each in self._found:
            if each not in unique:
                unique.append(each)
        return unique

    def prepare(self, definition: ModuleDefinition) -> Prepared:
        """Find a definition's text and the variables around it. To be done before anything inside the definition is forced."""
        value, source, expr, file = definition.value, definition.source, definition.expr, definition.root_expr
        span = None if source is None or expr is None else Span(source, expr.start, expr.end)
        native = type(value) is list and value[0] is not None and not isinstance(value[1], list)
        call = delayed_call(value, lambda function: known(self.evaluator, function))
        frame = frame_around(value, expr) if expr is not None and not native else None
        value = known(self.evaluator, value, span)
        written = None
        if source is not None and expr is not None and not native and _is_written(value, expr):
            written = self._written(source, expr, file)
        if written is None and call is not None:
            home, body, call_frame = call
            written, expr, frame = self._written(home, body, None), body, call_frame
        if written is None:
            written, expr = self._home(value)
            frame = None
        if expr is not None and frame is None:
            frame = self._frame_inside(value, expr)
        return Prepared(definition, value, span, written, expr, frame)

    def add_all(self, definitions: Sequence[Prepared], arguments: Attrs, *, split: bool) -> None:
        """Make the parts of all definitions.

        NixOS merges in the reverse order of the modules, and what stays whole is rendered behind what is lifted. So nothing is
        lifted from behind a module that stays whole and says something of the same option.
        """
        kept: set[int] = set()
        for index, each in enumerate(definitions):
            before = len(self._modules)
            self.add(each, split=split, kept=frozenset(kept))
            if split and index < len(definitions) - 1:
                kept |= self._unlifted(each, self._modules[before:], arguments)

    def _unlifted(self, prepared: Prepared, made: Sequence[MachineModules], arguments: Attrs) -> set[int]:
        """Which of the options to lift a definition sets, or may set, in what stays whole of it."""
        statement = Statement(prepared.value, prepared.span, expr=prepared.definition.expr)
        configuration = configuration_of(self.evaluator, statement, arguments)
        lifted = {0 for each in made if each.state} | {1 for each in made if each.tmpfiles}
        found: set[int] = set()
        for target in {0, 1} - lifted:
            option = TARGETS[target]
            if configuration is None or any(below(self.evaluator, [configuration], option)):
                found.add(target)
        return found

    def add(self, prepared: Prepared, *, split: bool, kept: frozenset[int] = frozenset()) -> None:
        """Make the parts of one definition."""
        path = prepared.definition.path
        if path is not None or isinstance(prepared.value, PathValue):
            self._add_path(path, prepared.value, prepared.span)
        elif prepared.written is not None and prepared.expr is not None:
            as_list = prepared.definition.is_list
            self._add_text(prepared.written, prepared.expr, prepared.frame, split=split, kept=kept, as_list=as_list)
        else:
            self._add_value(prepared.value, prepared.span)

    def _add_path(self, path: str | None, value: Any, span: Span | None) -> None:
        absolute = value.path if isinstance(value, PathValue) else f"{self.root}/{path}"
        found = repository_path(absolute, self.root)
        if found is None:
            self._found.append(outside(f"`{absolute}`", span))
            return
        self._modules.append(MachineModules(rest=(ModulePart((found,), place_of(span)),)))

    def _add_text(
        self, written: Written, expr: ast.Expr, frame: Frame | None, *, split: bool, kept: frozenset[int], as_list: bool
    ) -> None:
        binders = written.ancestry.binders(expr)
        values = arguments_around(frame, binders) if frame is not None else {}
        excerpts = Excerpts(written.source, self.root, self._found)
        surroundings = Surroundings(self.evaluator, excerpts, written, self.machine, self._found)
        splitter = Splitter(surroundings, module_of(expr, binders, values), kept)
        self._modules.append(splitter.split() if split else MachineModules(rest=(splitter.whole(as_list=as_list),)))

    def _add_value(self, value: Any, span: Span | None) -> None:
        """A module of which no text is at hand: written out as a value, if it is plain."""
        from clanback.nix.literals import to_nix

        try:
            self.evaluator.force_deep(value)
            plain = is_plain(value)
        except DiagnosticError:
            plain = False
        if plain and isinstance(value, Attrs):
            self._modules.append(MachineModules(rest=(ModulePart((to_nix(value),), place_of(span)),)))
            return
        what = f"`{value.text}`" if isinstance(value, Unknown) else "it"
        self._found.append(
            warning(
                "CB622",
                f"a module of `{self.machine}` cannot be written out: {what} is computed, and only Nix can compute it again",
                span,
                help="put the module into a file of its own and import that",
            )
        )

    def _frame_inside(self, value: Any, expr: ast.Expr) -> Frame | None:
        """The frame around a module that was forced already, from the function or set that it gave."""
        module = module_of(expr, (), {})
        if module.function is None:
            inner, depth = frame_around(value, module.body), len(module.inner)
        else:
            inner, depth = frame_around(value, module.function), len(module.inner) - 1 - module.inner.index(module.function)
        for _ in range(depth):
            inner = inner[0] if inner else None
        return inner

    def _home(self, value: Any) -> tuple[Written | None, ast.Expr | None]:
        """Where a function or set was written out, if its definition does not say: in the body of `name: { … }`."""
        if isinstance(value, Closure):
            return self._written(value.source, value.node, None), value.node
        if isinstance(value, Attrs) and value.positions:
            source, attribute = next(iter(value.positions.values()))
            written = self._written(source, attribute.expr, None)
            if written is not None:
                parent = next((parent for _, parent in written.ancestry.parents(attribute.expr)), None)
                if isinstance(parent, ast.AttrSet) and _is_set(value, parent):
                    return written, parent
        return None, None

    def _written(self, source: Source, expr: ast.Expr, file: ast.File | None) -> Written | None:
        """The text around an expression."""
        known_files = _WRITTEN.setdefault(self.evaluator, {})
        if file is None:
            file = self.evaluator.file_of(source)
        if file is None:
            return None
        written = known_files.get(id(file))
        if written is None:
            written = known_files[id(file)] = Written(file.source_file, Ancestry(file))
        return written if written.ancestry.knows(expr) else None


def _is_written(value: Any, expr: ast.Expr) -> bool:
    """Whether a value may be that of `expr`: `mapAttrs` keeps the places of what it has replaced."""
    module = module_of(expr, (), {})
    if module.function is not None:
        return isinstance(value, Closure) and value.node is module.function
    if isinstance(module.body, ast.AttrSet):
        return isinstance(value, Attrs) and _is_set(value, module.body)
    return True


def _is_set(value: Attrs, written: ast.AttrSet) -> bool:
    """Whether a value is that of a set as written out."""
    positions = value.positions or {}
    found = {name for name, attribute in written.attributes.items() if name in positions and positions[name][1] is attribute}
    return len(found) == len(written.attributes) and (len(value) == len(found) or bool(written.dynamic))
