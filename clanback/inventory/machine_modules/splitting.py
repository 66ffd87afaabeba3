"""Splitting a module in three: `clan.core.state`, `systemd.tmpfiles.rules`, and all the rest as written.

Bindings are lifted from a literal set only: the module itself, or the body of the function that it is, also inside `let` and
`with`. Whatever else a module is, it stays whole. Each definition goes to exactly one part, so together the parts say what the
module said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Span
from clanback.inventory.machine_modules.excerpt import Pieces, joined, moved
from clanback.inventory.machine_modules.facts import STATE, TMPFILES, place_of
from clanback.inventory.machine_modules.layers import Carried, Needs, wrapped
from clanback.inventory.machine_modules.variables import GIVEN_BY_NIXOS
from clanback.inventory.model import MachineModules, ModulePart
from clanback.nix import ast
from clanback.nix.free_variables import lambda_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.inventory.machine_modules.layers import Binder
    from clanback.inventory.machine_modules.variables import Surroundings
    from clanback.inventory.machine_modules.written import Item

TARGETS = (STATE, TMPFILES)
_NOT_LIFTED = frozenset({"key", "_type"})
"""Attributes that say that a set is known to others by its name, or is no plain module: it stays whole."""


class Lifted:
    """A binding to lift: `prefix` are the names of the sets around it, `target` 0 for state, 1 for tmpfiles rules."""

    __slots__ = ("item", "prefix", "target")

    def __init__(self, target: int, prefix: tuple[ast.AttrName, ...], item: Item) -> None:
        self.target = target
        self.prefix = prefix
        self.item = item


class Module:
    """A module as text: the expression, what is around it, and what it consists of.

    `inner` are the `let`, `with` and function between the module and its `body`, innermost first; `function` is that function.
    `outer` is what binds names around the module; `values` are those of the functions among them, by index.
    """

    __slots__ = ("body", "expr", "function", "inner", "outer", "values")

    def __init__(
        self,
        expr: ast.Expr,
        body: ast.Expr,
        inner: tuple[Binder, ...],
        function: ast.Lambda | None,
        outer: tuple[Binder, ...],
        values: dict[int, dict[str, Any]],
    ) -> None:
        self.expr = expr
        self.body = body
        self.inner = inner
        self.function = function
        self.outer = outer
        self.values = values


def module_of(expr: ast.Expr, outer: Sequence[Binder], values: dict[int, dict[str, Any]]) -> Module:
    """Look through `let`, `with` and the module's function to its body."""
    inner: list[Binder] = []
    function: ast.Lambda | None = None
    node = expr
    while True:
        if isinstance(node, ast.Lambda) and function is None:
            function = node
        elif not isinstance(node, ast.Let | ast.With):
            break
        inner.insert(0, node)
        node = node.body
    return Module(expr, node, tuple(inner), function, tuple(outer), values)


class Splitter:
    """Makes the parts of one module."""

    def __init__(self, surroundings: Surroundings, module: Module, kept: frozenset[int] = frozenset()) -> None:
        """`kept` are the targets that must not be lifted, so that the order of lists remains what it was."""
        self.kept = kept
        self._containing: set[int] = set()
        self.around = surroundings
        self.module = module
        self.source = surroundings.excerpts.source
        self.origin = place_of(Span(self.source, module.expr.start, module.expr.end))

    def split(self) -> MachineModules:
        """The parts: state, tmpfiles, rest; those that would be empty are left out."""
        body = self.module.body
        if not isinstance(body, ast.AttrSet) or body.recursive or not _NOT_LIFTED.isdisjoint(body.attributes):
            return MachineModules(rest=(self.whole(),))
        items, own = self.around.written.everywhere(body)
        structured = "config" in body.attributes or "options" in body.attributes
        lifted = list(self._lift(items, (), structured=structured))
        if not lifted and own:
            return MachineModules(rest=() if not items else (self.whole(),))
        taken = {id(each.item.binding) for each in lifted}
        rest = self._rest(body, items, taken, own=own)
        made: list[tuple[ModulePart, ...]] = []
        for target in (0, 1):
            mine = [each for each in lifted if each.target == target]
            made.append((self._lifted(mine, structured=structured),) if mine else ())
        return MachineModules(made[0], made[1], (rest,) if rest is not None else ())

    def whole(self, *, as_list: bool = False) -> ModulePart:
        """The module as it is, with what it needs around it; a list of modules as one that imports them."""
        module = self.module
        carried = self.around.carry(Needs.of([module.expr]), module.outer, module.values)
        if as_list:
            text = self.around.excerpts.text(module.expr.start, module.expr.end, [module.expr], 0)
            return self._importing(carried, text, as_list=True)
        if not carried.arguments:
            text = self.around.excerpts.text(*_bare(self.source.text, module.expr), [module.expr], 0)
            return self._part(carried, text, self._formal_names(module.function))
        if module.function is None and not isinstance(module.body, ast.AttrSet):
            text = self.around.excerpts.text(module.expr.start, module.expr.end, [module.expr], 0)
            return self._importing(carried, text)
        body = self.around.excerpts.text(*_bare(self.source.text, module.body), [module.body], 0)
        return self._assemble(body, [module.body])

    # ---- lifting ----------------------------------------------------------------------------------------------------

    def _lift(self, items: Sequence[Item], prefix: tuple[ast.AttrName, ...], *, structured: bool) -> Iterator[Lifted]:
        for item in items:
            if not isinstance(item.binding, ast.Binding):
                continue
            path = (*prefix, *item.names)
            names = [name.name if isinstance(name, ast.StaticName) else None for name in path]
            if structured:
                if names[0] != "config":
                    continue
                names = names[1:]
            value = item.binding.value
            for target, option in enumerate(TARGETS):
                if tuple(names[: len(option)]) == option and target not in self.kept:
                    yield Lifted(target, prefix, item)
            if (
                any(tuple(names) == option[: len(names)] and len(names) < len(option) for option in TARGETS)
                and isinstance(value, ast.AttrSet)
                and not value.recursive
                and "_type" not in value.attributes
            ):
                inside = list(self._lift(self.around.written.items(value), path, structured=structured))
                if inside:
                    self._containing.add(id(item.binding))
                    yield from inside

    def _lifted(self, lifted: Sequence[Lifted], *, structured: bool) -> ModulePart:
        text: Pieces = ["{\n"]
        expressions: list[ast.Expr] = []
        for each in lifted:
            prefix = each.prefix
            item = each.item
            if structured:
                prefix, item = (prefix[1:], item) if prefix else ((), item.below(1))
            text += ["  ", *self._item(item, prefix, 2), "\n"]
            expressions += item.expressions
            expressions += [name.expr for name in prefix if isinstance(name, ast.DynamicName)]
        return self._assemble(joined([*text, "}"]), expressions)

    def _item(self, item: Item, prefix: Sequence[ast.AttrName], indent: int, cuts: Sequence[tuple[int, int]] = ()) -> Pieces:
        """A binding with its comments, its path written out from the module's top."""
        excerpts = self.around.excerpts
        lead = excerpts.text(item.start, item.binding.start, [], indent)
        names = "".join(f"{self.source.text[name.start : name.end]}." for name in prefix)
        return joined([*lead, names, *excerpts.text(item.name_start, item.end, item.expressions, indent, cuts=cuts)])

    # ---- the rest ---------------------------------------------------------------------------------------------------

    def _rest(self, body: ast.AttrSet, items: Sequence[Item], taken: set[int], *, own: bool) -> ModulePart | None:
        """What is left of a set when some of its bindings, or of sets inside, are taken out; None for nothing."""
        from clanback.inventory.machine_modules.written import brace, closing_brace

        text = self.source.text
        kept: list[tuple[Item, list[tuple[int, int]]]] = []
        cuts: list[tuple[int, int]] = []
        expressions: list[ast.Expr] = []
        for item in items:
            inside = self._cuts(item, taken, expressions)
            if inside is None:
                cuts.append((item.start, item.end))
            else:
                kept.append((item, inside))
                cuts += inside
        if not kept:
            return None
        if own:
            begin, end = brace(text, body), closing_brace(text, body) + 1
            whole = self.around.excerpts.text(begin, end, [body], 0, cuts=_whole_lines(text, cuts, begin, end))
        else:
            whole = ["{\n"]
            for item, inside in kept:
                whole += ["  ", *self._item(item, (), 2, _whole_lines(text, inside, item.start, item.end)), "\n"]
            whole.append("}")
        return self._assemble(whole, expressions)

    def _cuts(self, item: Item, taken: set[int], expressions: list[ast.Expr]) -> list[tuple[int, int]] | None:
        """Ranges to cut from a binding, None if all of it goes. Adds to `expressions` what is kept."""
        binding = item.binding
        if id(binding) in taken:
            return None
        value = binding.value if isinstance(binding, ast.Binding) else None
        if not isinstance(value, ast.AttrSet) or id(binding) not in self._containing:
            expressions += item.expressions
            return []
        cuts: list[tuple[int, int]] = []
        left = False
        for inner in self.around.written.items(value):
            within = self._cuts(inner, taken, expressions)
            if within is None:
                cuts.append((inner.start, inner.end))
            else:
                left = True
                cuts += within
        return cuts if left else None

    # ---- putting together -------------------------------------------------------------------------------------------

    def _assemble(self, body: Pieces, expressions: Sequence[ast.Expr]) -> ModulePart:
        """A part whose body is a set or something that gives one: what it needs inside the function, the function, and around."""
        module = self.module
        needs = Needs.of(expressions)
        at = module.inner.index(module.function) if module.function is not None else len(module.inner)
        function = module.function
        inside = self.around.carry(needs, module.inner[:at], {}, further=(*module.inner[at:], *module.outer))
        used = [name for name in (lambda_names(function) if function is not None else ()) if needs.variables.pop(name, None)]
        formals, param = self._formals(function, used, needs)
        beyond = module.inner[at + 1 :]
        shifted = {index + len(beyond): names for index, names in module.values.items()}
        outside = self.around.carry(needs, (*beyond, *module.outer), shifted)
        text = wrapped(inside.layers, body)
        bound = {*formals, *([param] if param is not None else [])}
        names = [*formals, *sorted(outside.arguments - set(formals))]
        if not outside.arguments:
            return self._part(outside, [*self._header(formals, param, []), *text], set(formals))
        for layer in outside.layers:
            if layer.uses & (bound - outside.arguments) or layer.binds & bound:
                return self._importing(outside, [*self._header(formals, param, []), *text], set(formals))
        extra = [name for name in names if name not in formals]
        whole = [*self._header(formals, param, extra), *wrapped(outside.layers, text)]
        return self._part(Carried(outside.arguments), whole, set(names))

    def _formals(
        self, function: ast.Lambda | None, used: list[str], needs: Needs
    ) -> tuple[dict[str, ast.Formal | None], str | None]:
        """The formals that are kept, and the name of the whole argument if that is used (then all formals are kept)."""
        if function is None:
            return {}, None
        param = function.param if function.param in used else None
        kept: dict[str, ast.Formal | None] = {}
        wanted = set(used)
        pending = list(function.formals or ())
        while True:
            more = [formal for formal in pending if formal.name not in kept and (formal.name in wanted or param is not None)]
            if not more:
                break
            for formal in more:
                kept[formal.name] = formal
                if formal.default is not None:
                    inner = Needs.of([formal.default])
                    for name in lambda_names(function):
                        if inner.variables.pop(name, None) is not None:
                            wanted.add(name)
                    needs.merge(inner)
        if function.param in wanted:
            param = function.param
        ordered = {formal.name: kept[formal.name] for formal in function.formals or () if formal.name in kept}
        return ordered, param

    def _header(self, formals: dict[str, ast.Formal | None], param: str | None, extra: Sequence[str]) -> Pieces:
        """`{ config, lib, ... }:` and the like, nothing when no argument is used."""
        if not formals and not extra:
            return [f"{param}:\n"] if param is not None else []
        texts: list[Pieces] = []
        for name, formal in formals.items():
            if formal is None or formal.default is None:
                texts.append([name])
            else:
                nodes = [formal.default]
                texts.append(self.around.excerpts.text(formal.start, formal.end, nodes, 2))
        texts += [[name] for name in extra]
        texts.append(["..."])
        prefix = f"{param}@" if param is not None else ""
        flat = sum(len(piece) if isinstance(piece, str) else 20 for text in texts for piece in text) + 2 * len(texts)
        if flat < 90 and not any(isinstance(piece, str) and "\n" in piece for text in texts for piece in text):
            line: Pieces = [prefix, "{ "]
            for index, text in enumerate(texts):
                line += [", " if index else "", *text]
            return joined([*line, " }:\n"])
        lines: Pieces = [prefix, "{\n"]
        for index, text in enumerate(texts):
            lines += ["  ", *text, ",\n" if index < len(texts) - 1 else "\n"]
        return joined([*lines, "}:\n"])

    def _formal_names(self, function: ast.Lambda | None) -> set[str]:
        return {formal.name for formal in function.formals or ()} if function is not None else set()

    def _importing(self, carried: Carried, text: Pieces, formals: set[str] | None = None, *, as_list: bool = False) -> ModulePart:
        """A module that imports another one, whose own arguments cannot be told or would be confused with those around it."""
        if any(isinstance(piece, str) and "\n" in piece for piece in text):
            lines: Pieces = ["{\n  imports = [\n    (\n      ", *moved(text, 6), "\n    )\n  ];\n}"]
        else:
            lines = ["{\n  imports = [ (", *text, ") ];\n}"]
        if as_list:
            lines = ["{\n  imports =\n    ", *moved(text, 4), ";\n}"]
        header = self._header({}, None, sorted(carried.arguments))
        names = carried.arguments | (formals or set())
        return self._part(Carried(carried.arguments), [*header, *wrapped(carried.layers, lines)], names)

    def _part(self, carried: Carried, text: Pieces, formals: set[str]) -> ModulePart:
        pieces = joined(wrapped(carried.layers, text))
        return ModulePart(tuple(pieces), self.origin, tuple(sorted((formals | carried.arguments) - GIVEN_BY_NIXOS)))


def _whole_lines(text: str, cuts: Sequence[tuple[int, int]], begin: int, end: int) -> list[tuple[int, int]]:
    """Cuts widened to whole lines where nothing else stands on them, with the blank lines that would be left over."""
    regions: list[tuple[int, int]] = []
    for start, finish in sorted(cuts):
        line = start
        while line > begin and text[line - 1] in " \t":
            line -= 1
        stop = finish
        while stop < end and text[stop] in " \t":
            stop += 1
        if line > begin and text[line - 1] == "\n" and stop < end and text[stop] == "\n":
            start, finish = line, stop + 1
        elif text[start - 1] == " " and stop < end and stop > finish:
            finish = stop
        if regions and not text[regions[-1][1] : start].strip():
            start = regions.pop()[0]
        regions.append((start, finish))
    return [_without_blanks(text, start, finish, begin) for start, finish in regions]


def _without_blanks(text: str, start: int, finish: int, begin: int) -> tuple[int, int]:
    """A cut of whole lines, with the blank lines behind it if there are some before, or before it if the set ends behind."""
    if text[start - 1] != "\n" or text[finish - 1] != "\n":
        return start, finish
    after = finish
    while text[after : after + 1].isspace():
        after += 1
    before = start
    while before > begin and text[before - 1].isspace():
        before -= 1
    if text[after] == "}":
        return text.index("\n", before) + 1, text.rindex("\n", 0, after) + 1
    if before + 1 < start or text[before - 1] == "{":
        return start, text.rindex("\n", 0, after) + 1
    return start, finish


def _bare(text: str, node: ast.Expr) -> tuple[int, int]:
    """The range of a node without the parentheses around it, where it can be told that they are its own."""
    start, end = node.start, node.end
    if isinstance(node, ast.Lambda | ast.AttrSet | ast.Let | ast.With):
        while text[start] == "(" and text[end - 1] == ")":
            start, end = start + 1, end - 1
            while text[start].isspace():
                start += 1
            while text[end - 1].isspace():
                end -= 1
    return start, end
