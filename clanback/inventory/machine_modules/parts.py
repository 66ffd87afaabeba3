"""From a machine's definitions to the parts that are rendered: which way each kind of module goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from clanback.diagnostics import DiagnosticError, Span, error
from clanback.inventory.machine_modules.collecting import is_function
from clanback.inventory.machine_modules.excerpt import Excerpts, outside, repository_path
from clanback.inventory.machine_modules.facts import place_of
from clanback.inventory.machine_modules.splitting import Splitter, module_of
from clanback.inventory.machine_modules.statements import known
from clanback.inventory.machine_modules.variables import Surroundings, is_plain
from clanback.inventory.machine_modules.written import Written
from clanback.inventory.model import MachineModules, ModulePart
from clanback.nix import ast
from clanback.nix.ancestry import Ancestry
from clanback.nix.captured import arguments_around, frame_around
from clanback.nix.values import Attrs, Closure, PathValue, Unknown

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic, Source
    from clanback.inventory.machine_modules import ModuleDefinition
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.runtime import Frame

_WRITTEN: WeakKeyDictionary[Evaluator, dict[int, Written]] = WeakKeyDictionary()
"""What is known of the text of each file, for as long as its evaluator lives."""


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

    def frame(self, definition: ModuleDefinition) -> Frame | None:
        """Where the variables around a definition live. To be asked before the definition is forced."""
        return None if definition.expr is None else frame_around(definition.value, definition.expr)

    def add(self, definition: ModuleDefinition, frame: Frame | None, *, split: bool) -> None:
        """Make the parts of one definition."""
        value = known(self.evaluator, definition.value)
        span = None
        if definition.source is not None and definition.expr is not None:
            span = Span(definition.source, definition.expr.start, definition.expr.end)
        if definition.path is not None or isinstance(value, PathValue):
            self._add_path(definition.path, value, span)
            return
        source, expr, file = definition.source, definition.expr, definition.root_expr
        if source is None or expr is None:
            source, expr = _home(value)
            frame = frame_around(value, expr) if expr is not None else None
        written = self._written(source, expr, file) if source is not None and expr is not None else None
        if written is not None and isinstance(expr, ast.Var) and is_function(value) is False and not isinstance(value, Attrs):
            written = None
        if written is not None and source is not None and expr is not None:
            self._add_text(written, source, expr, frame, split=split)
        else:
            self._add_value(value, span)

    def _add_path(self, path: str | None, value: Any, span: Span | None) -> None:
        absolute = value.path if isinstance(value, PathValue) else f"{self.root}/{path}"
        found = repository_path(absolute, self.root)
        if found is None:
            self._found.append(outside(f"`{absolute}`", span))
            return
        self._modules.append(MachineModules(rest=(ModulePart((found,), place_of(span)),)))

    def _add_text(self, written: Written, source: Source, expr: ast.Expr, frame: Frame | None, *, split: bool) -> None:
        binders = written.ancestry.binders(expr)
        values = arguments_around(frame, binders) if frame is not None else {}
        excerpts = Excerpts(source, self.root, self._found)
        surroundings = Surroundings(self.evaluator, excerpts, written, self.machine, self._found)
        splitter = Splitter(surroundings, module_of(expr, binders, values))
        self._modules.append(splitter.split() if split else MachineModules(rest=(splitter.whole(),)))

    def _add_value(self, value: Any, span: Span | None) -> None:
        """A module of which no text is at hand: written out as a value, if it is plain."""
        from clanback.nix.to_nix import to_nix

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
            error(
                "CB622",
                f"a module of `{self.machine}` cannot be written out: {what} is computed, and only Nix can compute it again",
                span,
                help="put the module into a file of its own and import that",
            )
        )

    def _written(self, source: Source, expr: ast.Expr, file: ast.File | None) -> Written | None:
        """The text around an expression."""
        known_files = _WRITTEN.setdefault(self.evaluator, {})
        if file is None and source.path is not None:
            try:
                file = self.evaluator.parse_file(source.path)
            except DiagnosticError:
                return None
        if file is None:
            return None
        written = known_files.get(id(file))
        if written is None:
            written = known_files[id(file)] = Written(file.source_file, Ancestry(file))
        return written if written.ancestry.knows(expr) else None


def _home(value: Any) -> tuple[Source | None, ast.Expr | None]:
    """Where a value was written: a function's own text. (A set's text does not say which of several sets it was made from.)"""
    if isinstance(value, Closure):
        return value.source, value.node
    return None, None
