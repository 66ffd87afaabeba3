"""Stand-in for flake-parts: a flake written as modules, merged with our own module engine.

Of the options that flake-parts itself and the modules of other flakes declare, only `flake`, `clan` and `imports` mean
something here; `perSystem` and the rest are kept and never looked at, unless a module of the repository reads them.
"""

# ruff: noqa: ARG002 -- every type has the same methods, and not every one needs all of their arguments
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import info
from clanback.inventory.flake.captured import ClanOutput, Configurations
from clanback.inventory.flake_inputs import OWN, REASON
from clanback.modules import types
from clanback.modules.basic_types import Deferred, Type
from clanback.modules.container_types import AttrsOf
from clanback.modules.declared import Free, one_module
from clanback.modules.definition import Definition
from clanback.modules.interface import DECIDED_LATER, Option, OptionSet
from clanback.modules.merge import Merger
from clanback.nix.builtins.coerce import force_attrs, force_path
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, PathValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.diagnostics import Diagnostic
    from clanback.inventory.flake.captured import Captured, Clan
    from clanback.nix.evaluator import Evaluator

_GIVEN = "`{name}` is an argument that flake-parts gives to modules: it is not known without Nix"
_OPTION = "`{name}` is an option of another flake's module: it is not known without Nix"
_MODULES = frozenset({"nixosModules", "darwinModules", "homeModules", "homeManagerModules", "flakeModules"})
"""Outputs of flakes whose attributes are modules: several definitions of one are several modules."""
_ALWAYS = frozenset({"nixosModules", "darwinModules"})
"""Those of them for which flake-parts or clan-core declares an option in every flake."""
_CLASSES = {"nixosModules": "nixos"}
_OF_SYSTEMS = ("apps", "checks", "devShells", "formatter", "legacyPackages", "packages")
"""Outputs that flake-parts makes of `perSystem`."""


class FlakeParts:
    """Stands in for flake-parts' functions while one flake is evaluated; the clan it makes goes to `captured`."""

    def __init__(self, evaluator: Evaluator, captured: Captured, self_: OpenAttrs, report: Callable[[Diagnostic], None]) -> None:
        self.evaluator = evaluator
        self.captured = captured
        self.self = self_
        self.report = report
        alias = Attrs({"_file": "clan-core", "flake": Attrs({"clan": Attrs({"_type": _Aliased.MARK})})})
        self.clan_module = Attrs({"_file": "clan-core", "imports": (alias,)})
        """What clan-core's flake module does: `clan` means the same as `flake.clan`. It imports a module that says so."""
        self.modules_imported = False
        """Whether the flake has the option `flake.modules`."""
        self.modules_module = Builtin("flakeModules.modules", 1, self._import_modules)

    def _import_modules(self, _: Evaluator, __: Any) -> Attrs:
        self.modules_imported = True
        return Attrs({"key": "flake-parts/modules"})

    def functions(self, *, sure: bool) -> dict[str, Any]:
        """`lib` of flake-parts; of a flake that may only be like it just `mkFlake`."""
        make = Builtin("mkFlake", 2, self._make_flake)
        return {"mkFlake": make, **self._library()} if sure else {"mkFlake": Builtin("mkFlake", 1, self._make_at_once)}

    def _library(self) -> dict[str, Any]:
        nothing = Builtin("mkTransposedPerSystemModule", 1, lambda _, __: Attrs())
        return {
            "importApply": Builtin("importApply", 2, _import_apply),
            "importAndPublish": Builtin("importAndPublish", 2, self._import_and_publish),
            "evalFlakeModule": Builtin("evalFlakeModule", 2, self._evaluate_flake),
            "defaultModule": Builtin("defaultModule", 1, _default_module),
            "mkAliasOptionModule": self.evaluator.thunk(lambda: self.evaluator.select(self.evaluator.lib, "mkAliasOptionModule")),
            "mkSubmoduleOptions": Builtin("mkSubmoduleOptions", 1, lambda _, options: options),
            "mkTransposedPerSystemModule": nothing,
        }

    def _import_and_publish(self, _: Evaluator, name: Any, module: Any) -> Any:
        """A module that imports another and is an output as well."""
        outputs = Attrs({"modules": Attrs({"flake": Attrs({str(name): module})})})
        return Attrs({"imports": (module, self.modules_module), "flake": outputs})

    def _make_at_once(self, evaluator: Evaluator, given: Any) -> Any:
        """`mkFlake { inputs; modules; flake; … }`, as some frameworks have it; others take a module, or give what they get."""
        known = evaluator.force(given)
        if not isinstance(known, Attrs):
            return Unknown("mkFlake …", _GIVEN.replace("{name}", "mkFlake …"))
        if known.keys().isdisjoint(("flake", "modules", "perSystem")):
            # Called with a module it is like flake-parts; else like flake-utils-plus, where what is given comes out.
            apply = Builtin("mkFlake", 2, lambda inner, _, module: self._make_flake(inner, known, module))
            return OpenAttrs({**known, "__functor": apply}, text="self", reason=OWN)
        made: dict[str, Any] = {}
        if "flake" in known:
            made["flake"] = known["flake"]
        if "modules" in known:
            made["imports"] = known["modules"]
        return self._make_flake(evaluator, known, Attrs(made, positions=known.positions))

    def _make_flake(self, evaluator: Evaluator, given: Any, module: Any) -> Any:
        return self._evaluate_flake(evaluator, given, module)["config"]["flake"]

    def _evaluate_flake(self, evaluator: Evaluator, given: Any, module: Any) -> Any:
        """All options of a flake, in `config`; the outputs are those in `flake`."""
        arguments = force_attrs(evaluator, given)
        inputs = arguments.get("inputs", self.self["inputs"])
        special = evaluator.force(arguments.get("specialArgs", Attrs()))
        merger = Merger(evaluator, self._report, subject=" of the flake")
        merger.arguments = {
            "lib": evaluator.thunk(lambda: evaluator.lib),
            "inputs": inputs,
            "self": arguments.get("self", self.self),
            "flake-parts-lib": OpenAttrs(self._library(), text="flake-parts-lib", reason=_GIVEN),
            "moduleWithSystem": Builtin("moduleWithSystem", 1, _module_with_system),
            "withSystem": Builtin("withSystem", 2, _with_system),
            **(dict(special) if isinstance(special, Attrs) else {}),
        }
        written: tuple[Any, Any] = (None, None)
        aliased = _Aliased(lambda: evaluator.force(written[1]))
        outputs = OptionSet({"clan": Option(aliased, default=DECIDED_LATER)}, freeform=_Output(self))
        options = OptionSet(
            {
                "flake": Option(types.submodule(outputs), default={}),
                "clan": Option(_Modules(), default=DECIDED_LATER),
                "perSystem": Option(_Ignored(), default=None),
                "debug": Option(_Ignored(), default=None),
            },
            freeform=_Output(self),
        )
        merged = merger.submodule((), types.Submodule(options), [Definition(module, file=self.captured.file)])
        flake = _as_self(evaluator.force(merged["flake"]))
        written = flake.get("clan"), merged["clan"]
        clan = evaluator.thunk(lambda: self._clan(evaluator.force(written[0]) or written[1]))
        flake["clan"] = merged["clan"] = clan
        merged["flake"] = flake  # what a module takes from `config.flake`, others can take from `self`
        found = dict(flake)
        for output in ("nixosConfigurations", "darwinConfigurations"):
            further = evaluator.force(found.get(output))
            if further is None or type(further) is Attrs:
                found[output] = Configurations(f"self.{output}", lambda: _clan_in(evaluator.force(clan)), further)
        found.setdefault("clanInternals", Unknown("self.clanInternals", "it is computed by clan-core"))
        for output in _OF_SYSTEMS:
            found.setdefault(output, Unknown(f"self.{output}", "it is made of `perSystem`, which only Nix can evaluate"))
        found.setdefault("overlays", Attrs())
        merged["flake"] = _as_self(Attrs(found, positions=flake.positions))
        return OpenAttrs({"config": merged}, text="evalFlakeModule …", reason=_GIVEN)

    def _clan(self, value: Any) -> Any:
        """The output `clan`: what it is made of goes to `captured`, unless the flake called clan-core itself for it."""
        deferred = self.evaluator.force(value)
        definitions = list(deferred.definitions) if isinstance(deferred, Deferred) else []
        if not definitions:
            return OpenAttrs({}, text="self.clan", reason=REASON)
        for definition in definitions:
            forced = self.evaluator.force(definition.value)
            if isinstance(forced, ClanOutput):
                return forced
        return self.captured.add(definitions).output

    def _report(self, diagnostic: Diagnostic) -> None:
        """Modules of other flakes do not make clans, as a rule: that they cannot be read is told, but no warning."""
        if diagnostic.code == "CB220":
            message = diagnostic.message.replace("what it defines is not known here", "if it adds to the clan, that is not known")
            diagnostic = info("CB220", message, diagnostic.span, notes=diagnostic.notes, help=diagnostic.help)
        self.report(diagnostic)


def _clan_in(output: Any) -> Clan | None:
    return output.clan if isinstance(output, ClanOutput) else None


class _Modules(Type):
    """Modules of the clan: kept as they are written, without the properties around them."""

    description = "a module of the clan"
    plural = "modules"
    holds_unknown = True

    def accepts(self, value: Any) -> bool:
        """Whatever may be a module, or a path to one."""
        return isinstance(value, (Attrs, Closure, Builtin, PathValue, str, Unknown))

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Deferred:
        """All of them."""
        return Deferred(tuple(definitions))


class _Aliased(_Modules):
    """`flake.clan`, to which clan-core's flake module adds all that is said for `clan`, at its own place in the order."""

    MARK = "clan-core's alias"

    def __init__(self, alias: Callable[[], Any]) -> None:
        self._alias = alias

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Deferred:
        """The definitions of both."""
        found: list[Definition] = []
        aliased = self._alias()
        others = list(aliased.definitions) if isinstance(aliased, Deferred) else []
        placed = False
        for definition in definitions:
            if isinstance(definition.value, Attrs) and definition.value.get("_type") == self.MARK:
                found += [] if placed else others
                placed = True
            else:
                found.append(definition)
        return Deferred(tuple(found if placed else [*found, *others]))


class _Ignored(Type):
    """What nobody here looks at."""

    forces = False
    holds_unknown = True

    def accepts(self, value: Any) -> bool:
        """Everything."""
        return True

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """An unknown value."""
        name = ".".join(path)
        return Unknown(f"config.{name}", _GIVEN.replace("{name}", f"config.{name}"))


class _Output(Free):
    """An output of the flake, or an option of somebody's flake module: modules become one that imports all."""

    def __init__(self, parts: FlakeParts) -> None:
        self._parts = parts

    def merge(self, merger: Merger, path: tuple[str, ...], definitions: list[Definition]) -> Any:
        """Which values are modules is known by their place (`nixosModules.x`, `modules.nixos.x`).

        Where flake-parts has an option for them they lie in a module that names their class, and that in another.
        """
        inside = path[1:] if path[:1] == ("flake",) else path
        kind = inside[0] if inside else ""
        above = {"modules": 2}.get(kind, 1 if kind in _MODULES else 0)
        declared = kind in _ALWAYS or (kind == "modules" and self._parts.modules_imported)
        if len(inside) == above + 1 and above:
            if declared:
                made = one_module(definitions)
                if kind == "modules" and inside[1] == "generic":
                    return made
                about = {"_file": f"flake.nix#{'.'.join(inside)}", "imports": (made,)}
                class_ = inside[1] if kind == "modules" else _CLASSES.get(kind)
                return Attrs(about if class_ is None else {"_class": class_, **about})
            if len(definitions) > 1:
                return one_module(definitions)
        elif declared and all(isinstance(definition.value, Attrs) for definition in definitions):
            return AttrsOf(self, lazy=True).merge(merger, path, definitions)
        return super().merge(merger, path, definitions)


def _as_self(outputs: Any) -> OpenAttrs:
    """The outputs of the flake, under the name by which everybody can reach them."""
    made = OpenAttrs(outputs if isinstance(outputs, Attrs) else {}, text="self", reason=OWN)
    made.positions = outputs.positions if isinstance(outputs, Attrs) else None
    return made


def _import_apply(evaluator: Evaluator, path: Any, arguments: Any) -> Any:
    """A module in a file that is a function of further arguments; flake-parts puts it into one that names the file."""
    where = force_path(evaluator, path).path
    return Attrs({"_file": where, "imports": (evaluator.thunk_call(evaluator.import_file(where), arguments),)})


def _with_system(evaluator: Evaluator, system: Any, function: Any) -> Any:
    """What a function makes of the arguments that `perSystem` gets for one system: but for `system` they are unknown here."""
    known = {"system": system, "lib": evaluator.thunk(lambda: evaluator.lib)}
    return evaluator.call(function, OpenAttrs(known, text="perSystem", reason=_GIVEN))


def _default_module(evaluator: Evaluator, flake: Any) -> Any:
    """The module that a flake offers first, of what may be a flake."""
    value = evaluator.force(flake)
    modules = evaluator.force(value["flakeModules"]) if isinstance(value, Attrs) and "flakeModules" in value else None
    return modules["default"] if isinstance(modules, Attrs) and "default" in modules else value


def _module_with_system(evaluator: Evaluator, module: Any) -> Any:
    """A NixOS module that is a function of what `perSystem` gives, which is unknown here."""
    return evaluator.call(module, Unknown("perSystem", _GIVEN.replace("{name}", "perSystem")))
