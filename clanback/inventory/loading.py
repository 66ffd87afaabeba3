"""Loading: from a path to the clan's merged configuration, still lazy.

    config = load("/path/to/repository")
    config.value["inventory"]         # a thunk; `resolve` makes plain facts of it

The modules of a clan are what its file says, `inventory.json`, the folders below `machines/` and the names of the top level's
`machines`, as in clan-core's `modules/clan/module.nix`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, Severity, Span, error, guess_anew, warning
from clanback.inventory.find import ClanPlace, find
from clanback.inventory.flake_inputs import inputs_of
from clanback.inventory.machines import is_absent
from clanback.inventory.schema import clan_options, computed_tags
from clanback.modules.definition import Definition
from clanback.modules.merge import Merger
from clanback.modules.types import Submodule
from clanback.nix.evaluator import Evaluator
from clanback.nix.values import Attrs, OpenAttrs, PathValue, Unknown

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from clanback.diagnostics import Diagnostic, Source
    from clanback.inventory.flake import FlakeClan
    from clanback.inventory.origins import Origins

_CONFIG_REASON = "`{name}` is computed by clan-core: it is not known without Nix"


_MOST = 5_000
"""Findings, after which nobody wants more of them."""
_TOO_MANY = "mend some of these and run it again; most of them probably have one cause"


class ClanConfig:
    """A loaded clan. `diagnostics` grows while values are forced; errors are in it, not raised, where one can go on.

    `root` is the repository's folder, absolute, `file` the file that defines the clan, `directory` the folder in which its
    `machines/` and `vars/` lie. `value` holds the merged options as thunks.
    """

    def __init__(self, place: ClanPlace, evaluator: Evaluator, origins: Origins | None = None) -> None:
        self.root = place.root
        self.directory = place.root
        self.file = place.file
        self.evaluator = evaluator
        self.found: list[Diagnostic] = []
        self.value: Attrs = Attrs()
        self.machine_folders: list[str] = []
        self._special: dict[str, Any] | None = None
        self.clan_core_names: frozenset[str] = frozenset()
        self.origins = origins
        """What made each value, where somebody asked for it."""
        self.merger = Merger(evaluator, self.report, recorder=None if origins is None else origins.recorder())

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found until now, each once."""
        return tuple(self.found)

    def report(self, diagnostic: Diagnostic) -> None:
        """Take down a finding; the same one (a value looked at twice) only once. Raises when there are too many."""
        if diagnostic in self.found[-50:]:
            return
        if len(self.found) >= _MOST:
            more = error("CB195", f"more than {_MOST} findings: what else there may be is not looked at", help=_TOO_MANY)
            raise DiagnosticError(*self.found, more)
        self.found.append(diagnostic)

    def has_file(self, path: str) -> bool:
        """Whether there is such a file; where that may not be looked at, it is said, and there is none."""
        try:
            return self.evaluator.paths.exists(path)
        except DiagnosticError as problem:
            self.found.extend(problem.diagnostics)
            return False

    def leniently(self, value: Any) -> Any:
        """Force what backups do not need: that it cannot be evaluated here is not reported, it is None then."""
        before = len(self.found)
        try:
            forced = self.evaluator.force(value)
        except DiagnosticError as problem:
            self.found.extend(problem.diagnostics)
            forced = None
        self.found[before:] = [d for d in self.found[before:] if not d.code.startswith(("CB1", "CB206"))]
        return forced

    def special_arguments(self) -> dict[str, Any]:
        """The clan's `specialArgs`, with which the modules of machines are called; clan-core adds `self`."""
        if self._special is None:
            given = self.leniently(self.value.get("specialArgs"))
            own = self.leniently(self.value.get("self"))
            self._special = {"self": self.merger.arguments.get("self") if own is None else own}
            self._special.update(given if isinstance(given, Attrs) else {})
        return self._special

    def source_of_file(self) -> Source:
        """The text of the file that defines the clan."""
        return self.evaluator.parse_file(self.evaluator.paths.nix_file(self.file)).source_file

    def beginning(self) -> Span:
        """The first character of the clan's own attribute set: what to point at when something is missing in it."""
        file = self.evaluator.parse_file(self.evaluator.paths.nix_file(self.file))
        start = file.expr.start
        return Span(file.source_file, start, min(start + 1, len(file.source_file.text)))


def load(
    path: str | os.PathLike[str] | None = None,
    *,
    compat: str | None = None,
    allow_outside: bool = False,
    nixpkgs: str | None = None,
    overlay: Mapping[str, str] | None = None,
    recording: bool = False,
) -> ClanConfig:
    """Find and merge the clan at `path` (a file, a folder, or None: the folder around the current one).

    Raises `DiagnosticError` when there is no clan, or its file cannot be read or parsed. `compat` is for later stages and
    changes nothing here. `allow_outside` lets Nix code read files outside the clan's folder. `nixpkgs` is the folder of a
    nixpkgs, whose own `lib` is used. `overlay` has texts that stand in for those of files (what an editor has not saved), by
    absolute path. With `recording`, what made each value is taken down.
    """
    del compat
    guess_anew()
    place = find(path)
    evaluator = Evaluator(place.root, allow_outside=allow_outside)
    evaluator.paths.lay_over(overlay or {})
    if nixpkgs is not None:
        from clanback.nix.nixpkgs import use

        use(evaluator, nixpkgs)
    config = ClanConfig(place, evaluator, _origins() if recording else None)
    evaluator.guarded(_merge, config, place)
    if config.value is None or (not config.value and any(d.severity is Severity.ERROR for d in config.found)):
        raise DiagnosticError(*config.found)
    return config


def _origins() -> Origins:
    """Where to take down what made each value; imported only when somebody asks for it."""
    from clanback.inventory.origins import Origins

    return Origins()


def _merge(config: ClanConfig, place: ClanPlace) -> None:
    evaluator = config.evaluator
    flake = _of_flake(config, place) if place.is_flake else None
    if flake is None:
        place = ClanPlace(place.root, f"{place.root}/clan.nix") if place.is_flake else place
        config.file = place.file
        _note_flake(config)
        value = evaluator.evaluate_file(place.file)
        file = evaluator.parse_file(evaluator.paths.nix_file(place.file))
        definitions = [Definition(value, file.source_file, None, file.expr, file=place.file)]
        _report_unusable(config, definitions[0])
        inputs = inputs_of(evaluator, place.root)
    else:
        definitions = flake.definitions
        config.clan_core_names = flake.clan_core_names
        config.directory = flake.directory
        inputs = flake.inputs
    config.merger.arguments = {
        "lib": evaluator.thunk(lambda: evaluator.lib),
        "self": inputs["self"],
        "inputs": OpenAttrs(inputs, text="inputs", reason="`{name}` comes from another flake: it is not known without Nix"),
        "directory": PathValue(config.directory),
        "clan-core": OpenAttrs(
            {"lib": OpenAttrs({}, text="clan-core.lib", reason=_CONFIG_REASON)}, text="clan-core", reason=_CONFIG_REASON
        ),
        "options": OpenAttrs({}, text="options", reason=_CONFIG_REASON),
    }
    for name in ("nixpkgs", "nix-darwin", "clan-core") if flake is not None else ():
        if name in inputs:
            config.merger.arguments[name] = inputs[name]
    holder: list[Attrs] = []

    def clan() -> Attrs:
        return holder[0]

    options = clan_options(clan, evaluator.thunk)
    roots = [*definitions, *_surroundings(config, clan)]
    merged = config.merger.submodule((), Submodule(options), roots)
    if any(d.code in ("CB206", "CB221") and d.span == definitions[0].value_span is not None for d in config.found):
        raise DiagnosticError(*config.found)  # what follows would all be that one mistake again
    holder.append(merged)
    config.value = merged
    if flake is not None:
        flake.clan.merged = merged
        flake.clan.configuration = partial(_configuration, config)


def _of_flake(config: ClanConfig, place: ClanPlace) -> FlakeClan | None:
    """The clan that a flake makes; None if it makes none but a `clan.nix` lies beside it. Flakes are a package of their own."""
    from clanback.inventory.flake import clan_of_flake

    try:
        return clan_of_flake(config.evaluator, place.file, place.root, config.report)
    except DiagnosticError as problem:
        if place.file != f"{place.root}/flake.nix" or not config.evaluator.paths.exists(f"{place.root}/clan.nix"):
            raise
        for found in problem.diagnostics:
            if found.code != "CB200":
                message = f"`flake.nix` is passed over for `clan.nix`: {found.message}"
                config.report(warning("CB224", message, found.span, notes=found.notes, help=found.help))
        return None


def _configuration(config: ClanConfig, name: str, text: str) -> OpenAttrs | None:
    """What is known of a machine's NixOS configuration; imported only when a clan refers to one."""
    from clanback.inventory.configurations import configuration

    return configuration(config, name, text)


def _note_flake(config: ClanConfig) -> None:
    """Take down the `flake.nix` beside a `clan.nix`, or that there is none: what it says may decide which of them is the clan."""
    paths = config.evaluator.paths
    try:
        if paths.exists(f"{config.root}/flake.nix"):
            paths.read(f"{config.root}/flake.nix")
    except DiagnosticError:
        return


def _report_unusable(config: ClanConfig, definition: Definition) -> None:
    if isinstance(definition.value, Unknown):
        config.merger.must_be_known(("clan",), definition, definition.value, "it")
        raise DiagnosticError(*config.found)


def _surroundings(config: ClanConfig, clan: Any) -> list[Definition]:
    """The modules that clan-core adds to every clan."""
    evaluator = config.evaluator
    found: list[Definition] = []
    names = config.machine_folders = machine_folders(config)
    if names:
        machines = Attrs({name: Attrs() for name in names})
        found.append(Definition(Attrs({"inventory": Attrs({"machines": machines})}), file="machines/"))
    stored = _stored(config)
    if stored is not None:
        found.append(stored)

    def from_top_level() -> Attrs:
        machines = evaluator.force(clan()["machines"])
        there = [name for name in machines if not is_absent(evaluator, evaluator.force(machines[name]))]
        return Attrs({name: Attrs() for name in there}, positions=machines.positions)

    def all_machines() -> Attrs:
        found: Attrs = evaluator.force(evaluator.force(clan()["inventory"])["machines"])
        return found

    tags = computed_tags(all_machines, evaluator.thunk)
    inventory = Attrs({"machines": evaluator.thunk(from_top_level), "tags": tags, "meta": Attrs(), "instances": Attrs()})
    found.append(Definition(Attrs({"inventory": inventory, "meta": Attrs(), "machines": Attrs()}), file="clan-core"))
    return found


def _stored(config: ClanConfig) -> Definition | None:
    """`inventory.json`; what reads it is imported only where there is one."""
    if not config.has_file(f"{config.directory}/inventory.json"):
        return None
    from clanback.inventory.inventory_json import read_inventory_json

    return read_inventory_json(config)


def machine_folders(config: ClanConfig) -> list[str]:
    """The names of the folders below `machines/`, sorted."""
    paths = config.evaluator.paths
    folder = f"{config.directory}/machines"
    try:
        if not paths.exists(folder, directory=True):
            return []
        kinds = paths.entries(folder)
    except DiagnosticError as problem:
        config.found.extend(problem.diagnostics)
        return []
    return sorted(name for name, kind in kinds.items() if kind == "directory")
