"""Which of the names around a module it needs, and what carries them along: `let`, `with`, module arguments.

A module in `clan.nix` may use whatever is in scope there. Rendered into a file of its own it keeps only what comes along:

- bindings of a `let` (or `rec` set) as source text, with all that they need in turn, and `with`s;
- `lib`, which NixOS gives to every module, and the arguments of `clan.nix` (`inputs`, `self`) as module arguments;
- arguments of functions in between (`lib.genAttrs names (name: …)`) by their values, where these are plain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Span, warning
from clanback.inventory.machine_modules.excerpt import Pieces, joined
from clanback.inventory.machine_modules.layers import Binder, Carried, Layer, Needs
from clanback.inventory.machine_modules.plain import written
from clanback.inventory.machine_modules.statements import known
from clanback.nix import ast
from clanback.nix.free_variables import FreeVariable, free_variables, lambda_names
from clanback.nix.values import Attrs, OpenAttrs, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.machine_modules.excerpt import Excerpts
    from clanback.inventory.machine_modules.written import Item, Written
    from clanback.nix.evaluator import Evaluator

GIVEN_BY_NIXOS = frozenset({"config", "lib", "modulesPath", "options", "pkgs", "utils", "baseModules", "extraModules", "modules"})
"""Arguments that NixOS itself gives to modules."""

_GIVEN_TO_CLANS = frozenset({"inputs", "self", "lib"})


class Surroundings:
    """The names in scope where a module is written. `values` are those of functions' arguments, by index of the binder."""

    __slots__ = ("diagnostics", "evaluator", "excerpts", "machine", "written")

    def __init__(
        self, evaluator: Evaluator, excerpts: Excerpts, written: Written, machine: str, diagnostics: list[Diagnostic]
    ) -> None:
        self.evaluator = evaluator
        self.excerpts = excerpts
        self.written = written
        self.machine = machine
        self.diagnostics = diagnostics

    def carry(
        self, needs: Needs, binders: Sequence[Binder], values: dict[int, dict[str, Any]], further: Sequence[Binder] = ()
    ) -> Carried:
        """What carries the names of `needs`, which `binders` (innermost first) may bind; takes out of `needs` what they do.

        `further` are the binders beyond those.
        """
        carried = Carried()
        for index, binder in enumerate(binders):
            if isinstance(binder, ast.With):
                layer = self._with(needs, binder, (*binders[index + 1 :], *further))
            elif isinstance(binder, ast.Lambda):
                layer = self._arguments(needs, binder, values.get(index), carried, outermost=self._is_root(binder))
            else:
                layer = self._bindings(needs, binder)
            if layer is not None:
                carried.layers.append(layer)
        return carried

    def _is_root(self, binder: ast.Lambda) -> bool:
        """Whether a function is what its file is, perhaps inside `let`s: then whoever loads the file gives its arguments."""
        return all(isinstance(parent, ast.File | ast.Let | ast.With) for _, parent in self.written.ancestry.parents(binder))

    def _is_flake(self, binder: ast.Lambda) -> bool:
        """Whether a function is the `outputs` of a flake, so that its arguments are the flake's inputs."""
        top = self.written.ancestry.file.expr
        return isinstance(top, ast.AttrSet) and "outputs" in top.attributes and top.attributes["outputs"].expr is binder

    def _with(self, needs: Needs, binder: ast.With, outer: Sequence[Binder]) -> Layer | None:
        lexical = set(self.evaluator.globals)
        for further in outer:
            lexical.update(_names(further))
        wanted = [
            variable
            for name, variable in needs.variables.items()
            if name not in lexical and not self._comes_from(name, variable.scopes if variable.always_in_with else ())
        ]
        if not wanted:
            return None
        if isinstance(binder.scope, ast.Var) and binder.scope.name == "lib":
            for variable in wanted:
                if variable.name in self.evaluator.lib:
                    del needs.variables[variable.name]
        needs.add([binder.scope])
        scope = self.excerpts.text(binder.scope.start, binder.scope.end, [binder.scope], 0)
        names = frozenset(variable.name for variable in wanted)
        return Layer(["with ", *scope, ";\n"], frozenset(), names | set(free_variables([binder.scope])), is_let=False)

    def _comes_from(self, name: str, scopes: Iterable[tuple[ast.Expr, ...]]) -> bool:
        """Whether every use of the name is in a `with lib;` of the module itself that certainly has it."""
        scopes = list(scopes)
        return bool(scopes) and all(
            any(isinstance(scope, ast.Var) and scope.name == "lib" for scope in around) and name in self.evaluator.lib
            for around in scopes
        )

    def _bindings(self, needs: Needs, binder: ast.Let | ast.AttrSet) -> Layer | None:
        """The bindings of a `let` or `rec` set that are needed, with all they need of one another."""
        attributes = binder.attributes
        pending = [name for name in needs.variables if name in attributes]
        if not pending:
            return None
        used: set[str] = set()
        while pending:
            name = pending.pop()
            if name not in used:
                used.add(name)
                if attributes[name].inherited != "scope":
                    pending += [inner for inner in free_variables([attributes[name].expr]) if inner in attributes]
        for name in used:
            needs.variables.pop(name, None)
        from_inside = Needs.of(attributes[name].expr for name in used if attributes[name].inherited != "scope")
        for name in used:
            from_inside.variables.pop(name, None)
        needs.merge(from_inside)
        needs.add(attributes[name].expr for name in used if attributes[name].inherited == "scope")
        texts: list[Pieces] = []
        expressions: list[ast.Expr] = []
        for item in self._written(binder):
            binding = self._binding(item, used)
            if binding is not None:
                texts.append(binding)
                expressions += item.expressions
        text: Pieces = []
        for each in texts:
            text += ["  ", *each, "\n"]
        return Layer(joined(text), frozenset(used), frozenset(free_variables(expressions)) - used)

    def _written(self, binder: ast.Let | ast.AttrSet) -> list[Item]:
        return self.written.items(binder) if isinstance(binder, ast.Let) else self.written.everywhere(binder)[0]

    def _binding(self, item: Item, used: set[str]) -> Pieces | None:
        """The text of a binding, if it defines one of the names `used`; of an `inherit` only those names."""
        binding = item.binding
        if isinstance(binding, ast.Binding):
            first = item.names[0]
            if not isinstance(first, ast.StaticName) or first.name not in used:
                return None
            lead = self.excerpts.text(item.start, item.binding.start, [], 2)
            return joined([*lead, *self.excerpts.text(item.name_start, item.end, item.expressions, 2)])
        names = [self.excerpts.source.text[name.start : name.end] for name in binding.names if name.name in used]
        if not names:
            return None
        if binding.source is None:
            return [f"inherit {' '.join(names)};"]
        source = self.excerpts.text(binding.source.start, binding.source.end, [binding.source], 2)
        if self.excerpts.source.text[binding.source.start] != "(":
            source = ["(", *source, ")"]
        return joined(["inherit ", *source, " ", " ".join(names), ";"])

    def _arguments(
        self, needs: Needs, binder: ast.Lambda, values: dict[str, Any] | None, carried: Carried, *, outermost: bool
    ) -> Layer | None:
        """The arguments of a function around the module: module arguments if NixOS or the flake gives them, else values."""
        texts: Pieces = []
        bound: set[str] = set()
        uses: set[str] = set()
        for name in lambda_names(binder):
            variable = needs.variables.pop(name, None)
            if variable is None:
                continue
            value = known(self.evaluator, values[name]) if values is not None and name in values else None
            if values is None or name not in values:
                value = (
                    Unknown(name, "its value is not at hand") if outermost else Unknown("", "it is the argument of a function")
                )
            if self._is_flake(binder):
                means = ("self", {"self"}) if name == "self" else self._input(name, binder)
            elif name == binder.param and outermost and not (isinstance(value, OpenAttrs) and "outPath" in value):
                means = None  # all arguments at once: nobody can give these; a flake somebody can
            else:
                means = self._given(value, name)
            if means is not None:
                carried.arguments |= means[1]
                uses |= means[1]
                if means[0] != name:
                    texts.append(f"  {name} = {means[0]};\n")
                    bound.add(name)
                continue
            text: Pieces | None = None
            if isinstance(value, Attrs):
                selected = self._selected(value, variable)
                if selected is not None:
                    text = selected[0]
                    carried.arguments |= selected[1]
                    uses |= selected[1]
            if text is None and not isinstance(value, OpenAttrs):
                text = written(self.evaluator, value, self.excerpts.root)
            if text is None:
                self._cannot(name, variable, value)
                continue
            texts += [f"  {name} = ", *text, ";\n"]
            bound.add(name)
        return Layer(joined(texts), frozenset(bound), frozenset(uses)) if texts else None

    def _input(self, name: str, binder: ast.Lambda) -> tuple[str, set[str]]:
        """An input of the flake, or all of them, taken from the module argument `inputs`."""
        return ("inputs" if name == binder.param else f"inputs.{name}"), {"inputs"}

    def _given(self, value: Any, name: str) -> tuple[str, set[str]] | None:
        """What `_means` says, if NixOS or the user can give it to a module: the clan's own `config` nobody can."""
        means = self._means(value)
        if means is None or "config" in means[1] or not means[1] <= GIVEN_BY_NIXOS | _GIVEN_TO_CLANS | {name}:
            return None
        return means

    def _means(self, value: Any) -> tuple[str, set[str]] | None:
        """The source text that means the same in the rendered module, and the module arguments it needs."""
        if value is self.evaluator.lib:
            return "lib", {"lib"}
        if not isinstance(value, Unknown | OpenAttrs) or not value.text:
            return None
        if value.text.replace("-", "_").replace("'", "_").isidentifier():
            return value.text, {value.text}
        from clanback.nix.errors import NixSyntaxError
        from clanback.nix.parser import parse

        try:
            tree = parse(value.text, scope=_GIVEN_TO_CLANS)
        except NixSyntaxError:
            return None
        heads = {name for name in free_variables([tree]) if name not in self.evaluator.globals}
        return (value.text, heads) if heads and heads <= _GIVEN_TO_CLANS else None

    def _selected(self, value: Attrs, variable: FreeVariable) -> tuple[Pieces, set[str]] | None:
        """For a set of which the module selects some attributes, such as the clan's `config`: the text of a set of just those,
        and the module arguments it needs.
        """
        lines: dict[str, Pieces] = {}
        arguments: set[str] = set()
        for use in variable.occurrences:
            parent = next((parent for _, parent in self.written.ancestry.parents(use)), None)
            if not isinstance(parent, ast.Select) or parent.subject is not use:
                return None
            at: Any = value
            path: list[str] = []
            text: Pieces | None = None
            taken = None  # what NixOS or the user can give, and how far the path to it goes
            for step in parent.path:
                if not isinstance(step, ast.StaticName) or not isinstance(at, Attrs) or step.name not in at:
                    break
                at = known(self.evaluator, at[step.name])
                path.append(self.excerpts.source.text[step.start : step.end])
                means = self._given(at, step.name)
                if means is not None and taken is None:
                    taken = means, len(path)
            if not path and parent.default is not None and isinstance(parent.path[0], ast.StaticName) and type(at) is Attrs:
                continue  # there is none, and the default says what holds then
            if path:
                text = written(self.evaluator, at, self.excerpts.root)
            if text is None and taken is not None:
                means, length = taken
                text = [means[0]]
                del path[length:]
                arguments |= means[1]
            if text is None:
                return None
            lines[".".join(path)] = text
        inner = [piece for name in sorted(lines) if not _covered(name, lines) for piece in (f" {name} = ", *lines[name], ";")]
        return ["{", *inner, " }"], arguments

    def _cannot(self, name: str, variable: FreeVariable, value: Any) -> None:
        use = variable.occurrences[0]
        span = Span(self.excerpts.source, use.start, use.end)
        if isinstance(value, Unknown | OpenAttrs) and value.text == "config":
            self.diagnostics.append(
                warning(
                    "CB623",
                    f"`{name}` is the configuration of the clan here, which the rendered NixOS module cannot see",
                    span,
                    help="take what the module needs from it into a `let`, or write the module as a function of NixOS' `config`",
                )
            )
            return
        what = f": {value.reason}" if isinstance(value, Unknown) else ", as it is neither plain nor an argument of the clan"
        self.diagnostics.append(
            warning(
                "CB620",
                f"the module of `{self.machine}` uses `{name}`, whose value cannot be written into the rendered file{what}",
                span,
                help="put the module into a file of its own and import that, or bind the value with `let` beside the module",
            )
        )


def _names(binder: Binder) -> Iterable[str]:
    if isinstance(binder, ast.With):
        return ()
    return lambda_names(binder) if isinstance(binder, ast.Lambda) else binder.attributes


def _covered(path: str, lines: Iterable[str]) -> bool:
    return any(path.startswith(f"{other}.") for other in lines)
