"""What the inputs of a flake are, without fetching any: each gets a stand-in of which only that is known which clans use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError
from clanback.inventory.flake_inputs import REASON, foreign, is_clan_core, url_of
from clanback.nix.builtins.coerce import force_attrs, force_list, force_string
from clanback.nix.values import Attrs, Builtin, OpenAttrs, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.inventory.flake.captured import Captured
    from clanback.inventory.flake.parts import FlakeParts
    from clanback.nix.evaluator import Evaluator

SYSTEMS = ("aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux")
"""What `nix-systems/default` lists."""


class StandIns:
    """Makes the inputs of one flake, whose `inputs` are `declared`. `inner` gives a flake of the repository, by its folder."""

    def __init__(
        self,
        evaluator: Evaluator,
        declared: Attrs,
        captured: Captured,
        parts: FlakeParts,
        inner: Callable[[str, str], OpenAttrs],
    ) -> None:
        self.evaluator = evaluator
        self.inner = inner
        self.declared = declared
        self.captured = captured
        self.parts = parts

    def make(self, names: list[str]) -> dict[str, Any]:
        """A stand-in for every name."""
        some_clan_core = any(is_clan_core(self.evaluator, name, self.declared) for name in names)
        return {name: self._input(name, f"inputs.{name}", unsure=not some_clan_core) for name in names}

    def _input(self, name: str, text: str, *, unsure: bool) -> Any:
        """By the input's name and URL; an input that is neither known may still be used as clan-core or flake-parts."""
        url = url_of(self.evaluator, name, self.declared)
        if is_clan_core(self.evaluator, name, self.declared):
            self.captured.names.add(name)
            return self._clan_core(name, text, sure=True)
        if name.startswith("nixpkgs") or "nixpkgs" in url or "nixos-unstable" in url or "nixos-2" in url:
            return self._nixpkgs(text)
        if name == "flake-parts" or url.endswith("flake-parts") or "hercules-ci/flake-parts" in url:
            return self._flake_parts(text)
        if name == "import-tree" or "import-tree" in url:
            return self._import_tree()
        if "flake-utils" in (name, *url.split("/")) or (name == "utils" and not url):
            return self._flake_utils(text)
        if name in ("systems", "default-systems") or "nix-systems/" in url:
            return self._systems(text, url)
        if "flake-input-patcher" in (name, *url.split("/")):
            patch = Builtin("patch", 2, lambda _, inputs, __: inputs)  # patches change nothing that is known here
            by_system = Attrs({system: Attrs({"patch": patch}) for system in SYSTEMS})
            return foreign(text, {"lib": by_system})
        folder = self._folder(url)
        if folder is not None:
            return self.evaluator.thunk(lambda: self.inner(folder, text))
        return self._clan_core(name, text, sure=False, unsure=unsure)

    def _folder(self, url: str) -> str | None:
        """The folder below the flake's own that a URL such as `path:./apps/os` means, if there is a flake in it."""
        path = url.removeprefix("path:")
        if not path or path.startswith(("/", "..")) or (path == url and not path.startswith("./")):
            return None
        folder = self.evaluator.paths.canonical(f"{self.captured.root}/{path}")
        try:
            there = folder.startswith(f"{self.captured.root}/") and self.evaluator.paths.exists(f"{folder}/flake.nix")
        except DiagnosticError:
            return None
        return folder if there else None

    def _nixpkgs(self, text: str) -> OpenAttrs:
        return foreign(text, {"lib": self.evaluator.thunk(lambda: self.evaluator.lib)})

    def _clan_core(self, name: str, text: str, *, sure: bool, unsure: bool = False) -> OpenAttrs:
        """clan-core, or some flake that turns out to be it when its functions are called."""
        functions = {function: self.captured.function(function, name) for function in ("clan", "buildClan")}
        modules: dict[str, Any] = {"clan": self.parts.clan_module}
        if sure or unsure:
            modules["default"] = self.parts.clan_module
        library = {**functions, **({} if sure else self.parts.functions(sure=False))}
        known: dict[str, Any] = {
            "lib": OpenAttrs(library, text=f"{text}.lib", reason=REASON),
            "clanLib": OpenAttrs(dict(functions), text=f"{text}.clanLib", reason=REASON),
            "flakeModules": OpenAttrs(modules, text=f"{text}.flakeModules", reason=REASON),
        }
        if sure:
            known["inputs"] = self._inputs(f"{text}.inputs")
        return foreign(text, known)

    def _inputs(self, text: str) -> OpenAttrs:
        """The inputs of clan-core that flakes take from it."""
        known: dict[str, Any] = {
            "nixpkgs": self._nixpkgs(f"{text}.nixpkgs"),
            "flake-parts": self._flake_parts(f"{text}.flake-parts"),
            "systems": self._systems(f"{text}.systems", ""),
        }
        return OpenAttrs(known, text=text, reason=REASON)

    def _flake_parts(self, text: str) -> OpenAttrs:
        modules: dict[str, Any] = dict.fromkeys(("easyOverlay", "flakeModules", "partitions", "bundlers"), Attrs())
        modules["modules"] = self.parts.modules_module
        library = self.evaluator.thunk(lambda: self.evaluator.lib)
        inputs = OpenAttrs({"nixpkgs-lib": foreign(f"{text}.inputs.nixpkgs-lib", {"lib": library})}, text=text, reason=REASON)
        known: dict[str, Any] = {
            "lib": OpenAttrs(self.parts.functions(sure=True), text=f"{text}.lib", reason=REASON),
            "flakeModules": OpenAttrs(modules, text=f"{text}.flakeModules", reason=REASON),
            "inputs": inputs,
        }
        return foreign(text, known)

    def _import_tree(self) -> Any:
        from clanback.inventory.flake.import_tree import import_tree

        made = import_tree(self.evaluator)
        self.evaluator.provided[self._path("import-tree")] = made
        made["outPath"] = self._path("import-tree")
        return made

    def _systems(self, text: str, url: str) -> OpenAttrs:
        kind = url.rpartition("/")[2]
        wanted = tuple(s for s in SYSTEMS if not kind.startswith(("default-linux", "default-darwin")) or kind[8:] in s)
        where = self._path(f"systems-{kind}" if kind.startswith("default") else "systems")
        self.evaluator.provided[where] = wanted
        return foreign(text, {"outPath": where})

    def _path(self, name: str) -> str:
        """A made-up place from which `import` gives the stand-in."""
        return self.evaluator.paths.made_up(f"clanback/{name}", "source")

    def _flake_utils(self, text: str) -> OpenAttrs:
        library: dict[str, Any] = {
            "eachDefaultSystem": Builtin("eachDefaultSystem", 1, lambda ev, f: _each_system(ev, SYSTEMS, f)),
            "eachSystem": Builtin("eachSystem", 2, lambda ev, systems, f: _each_system(ev, _texts(ev, systems), f)),
            "eachDefaultSystemPassThrough": Builtin("eachDefaultSystemPassThrough", 1, _pass_through),
            "defaultSystems": SYSTEMS,
            "allSystems": SYSTEMS,
            "system": Attrs({system: system for system in SYSTEMS}),
        }
        return foreign(text, {"lib": OpenAttrs(library, text=f"{text}.lib", reason=REASON)})


def _texts(evaluator: Evaluator, values: Any) -> tuple[str, ...]:
    """The names of systems; of a list that only Nix can know, those that most flakes have: nobody here asks which they are."""
    if isinstance(evaluator.force(values), Unknown):
        return SYSTEMS
    return tuple(str(force_string(evaluator, value)) for value in force_list(evaluator, values))


def _each_system(evaluator: Evaluator, systems: tuple[str, ...], f: Any) -> Any:
    """flake-utils: from outputs for a system to outputs that have a set by system each."""
    found: dict[str, dict[str, Any]] = {}
    for system in systems:
        outputs = evaluator.force(evaluator.call(f, system))
        if isinstance(outputs, Unknown):
            return outputs
        for name, value in force_attrs(evaluator, outputs).items():
            found.setdefault(name, {})[system] = value
    return Attrs({name: Attrs(values) for name, values in found.items()})


def _pass_through(evaluator: Evaluator, f: Any) -> Any:
    merged: dict[str, Any] = {}
    for system in SYSTEMS:
        merged.update(force_attrs(evaluator, evaluator.call(f, system)))
    return Attrs(merged)
