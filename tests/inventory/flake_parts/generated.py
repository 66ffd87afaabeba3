"""Flakes of flake-parts modules, made up from a seed: what they say is a list's order, as every element is said once."""

from __future__ import annotations

import posixpath
import random

INPUTS = """
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.import-tree.url = "github:vic/import-tree";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
"""
_MACHINES = ("web", "nas")
_STATES = ("docs", "mail")
_MOST_FILES = 14
_FLEET = """({ options.fleet = lib.mkOption { type = lib.types.attrsOf (lib.types.listOf lib.types.str); };
  config.fleet.p = lib.mkOptionDefault [ ]; config.fleet.q = lib.mkOptionDefault [ ]; })"""
"""Options of the repository's own, which modules set and read."""


class Flake:
    """The files of one flake."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.files: dict[str, str] = {}
        self.shared: list[str] = []
        """NixOS modules in `flake.modules`, and flake modules that are files, which several may import."""
        self._said = 0
        self._names = 0
        self.known_files: list[str] = []
        self.keyed: list[str] = []
        shared = [f"s{number}" for number in range(self.random.randrange(3))]
        self.shared = shared
        root = self._flake_module(0, "flake", ".")
        core = "inputs.clan-core.flakeModules." + self.random.choice(["default", "clan"])
        first = [core, "inputs.flake-parts.flakeModules.modules"]
        self.random.shuffle(first)
        others = [self._flake_child(1, "flake", ".") for _ in range(self.random.randint(1, 3))]
        at = self.random.randint(0, len(others))
        imports = " ".join(f"({item})" for item in (*others[:at], *first, *others[at:]))
        names = " ".join(f"{name} = {{ }};" for name in shared)
        machines = " ".join(f"{name} = {{ }};" for name in _MACHINES)
        self.files["flake.nix"] = (
            f"{{{INPUTS}  outputs = inputs: let inherit (inputs.nixpkgs) lib; in "
            "inputs.flake-parts.lib.mkFlake { inherit inputs; } ({ config, flake-parts-lib, ... }: {\n"
            f'  systems = [ ];\n  imports = [ {imports} ({{ clan.meta.name = "x"; clan.inventory.machines = {{ {machines} }}; }})'
            f" ({{ flake.modules.nixos = {{ {names} }}; }}) ({root}) {_FLEET} ];\n}});\n}}\n"
        )

    # -- names and leaves ------------------------------------------------------------------------------------------

    def _word(self, kind: str) -> str:
        self._said += 1
        return f"{kind}{self._said}"

    def _name(self) -> str:
        self._names += 1
        # Names that do not come in the order in which they are made.
        return f"{self.random.choice('abcxyz')}{self._names}"

    def _ordered(self, text: str, *, strength: bool = True) -> str:
        """A definition, sometimes with properties around it."""
        kind = self.random.randrange(40)
        if kind == 0:
            return f"lib.mkBefore ({text})"
        if kind == 1:
            return f"lib.mkAfter ({text})"
        if kind == 2:
            return f"lib.mkOrder {self.random.choice([400, 900, 1100])} ({text})"
        if kind == 3:
            return f"lib.mkIf true ({text})"
        if kind == 4:
            return f"lib.mkIf false ({text})"
        if kind == 5 and strength:
            return f"lib.mkDefault ({text})"
        if kind == 6 and strength:
            return f"lib.mkOverride {self.random.choice([90, 100, 110])} ({text})"
        return text

    def _strings(self, kind: str, prefix: str = "") -> str:
        def some() -> str:
            count = self.random.choice([1, 1, 1, 2])
            return "[ " + " ".join(f'"{prefix}{self._word(kind)}"' for _ in range(count)) + " ]"

        if self.random.randrange(8) == 0:
            return f"lib.mkMerge [ ({self._ordered(some())}) ({self._ordered(some())}) ]"
        return self._ordered(some())

    # -- modules of NixOS ------------------------------------------------------------------------------------------

    def _nixos(self, depth: int, folder: str, where: str) -> str:
        said = []
        if depth < 3 and self.random.random() < 0.5:
            children = " ".join(f"({self._nixos_child(depth + 1, folder, where)})" for _ in range(self.random.randint(1, 3)))
            said.append(f"imports = [ {children} ];")
        inside = []
        if self.random.random() < 0.7:
            inside.append(f"clan.core.state.{self.random.choice(_STATES)}.folders = {self._strings('f', '/')};")
        if self.random.random() < 0.5:
            inside.append(f"systemd.tmpfiles.rules = {self._strings('r', 'd /')};")
        if self.random.randrange(4) == 0:
            body = f"{{ {' '.join(said)} config = {self._set(inside)}; }}"
        else:
            body = f"{{ {' '.join((*said, *inside))} }}"
        return self.random.choice(["", "{ lib, ... }: ", "_: "]) + body

    def _set(self, inside: list[str]) -> str:
        text = f"{{ {' '.join(inside)} }}"
        if self.random.randrange(3) == 0:
            return f"lib.mkMerge [ ({text}) ({{ }}) ]"
        return text

    def _nixos_child(self, depth: int, folder: str, where: str) -> str:
        if self.shared and where == "flake" and self.random.random() < 0.3:
            return f"config.flake.modules.nixos.{self.random.choice(self.shared)}"
        if self.random.random() < 0.3 and len(self.files) < _MOST_FILES:
            return self._file(folder, "nixos", lambda inner: "{ lib, ... }: " + self._nixos_set(depth, inner))
        return self._nixos(depth, folder, where)

    def _nixos_set(self, depth: int, folder: str) -> str:
        text = self._nixos(depth, folder, "elsewhere")
        return f"{{ imports = [ ({text}) ]; }}"

    # -- modules of the clan ---------------------------------------------------------------------------------------

    def _clan(self, depth: int, folder: str, where: str) -> str:
        said = []
        if depth < 3 and self.random.random() < 0.35:
            children = " ".join(f"({self._clan_child(depth + 1, folder, where)})" for _ in range(self.random.randint(1, 2)))
            said.append(f"imports = [ {children} ];")
        if self.random.random() < 0.7:
            said.append(f"inventory.machines.{self.random.choice(_MACHINES)}.tags = {self._strings('t')};")
        if self.random.random() < 0.6:
            said.append(f"machines.{self.random.choice(_MACHINES)} = {self._nixos_child(1, folder, where)};")
        return self.random.choice(["", "", "{ lib, ... }: "]) + f"{{ {' '.join(said)} }}"

    def _clan_child(self, depth: int, folder: str, where: str) -> str:
        if self.random.random() < 0.3 and len(self.files) < _MOST_FILES:
            return self._file(
                folder, "clan", lambda inner: "{ lib, ... }: { imports = [ (" + self._clan(depth, inner, "x") + ") ]; }"
            )
        return self._clan(depth, folder, where)

    # -- modules of the flake --------------------------------------------------------------------------------------

    def _flake_module(self, depth: int, where: str, folder: str) -> str:
        said = []
        children = self._readers()
        if depth < 4 and self.random.random() < 0.6:
            children += [self._flake_child(depth + 1, where, folder) for _ in range(self.random.randint(1, 3))]
        if children:
            self.random.shuffle(children)
            said.append(f"imports = [ {' '.join(f'({child})' for child in children)} ];")
        if self.random.random() < 0.1 and self.known_files:
            known = posixpath.relpath(self.random.choice(self.known_files), folder)
            said.append(f"disabledModules = [ ./{known} ];")
        inside = []
        for option in self.random.sample(["clan", "flake.clan"], self.random.choice([0, 1, 1, 2])):
            clan = self._clan_child(1, folder, where)
            # What is a submodule cannot be ordered: nixpkgs stops at that.
            inside.append(f"{option} = {self._ordered(clan, strength=False) if option == 'clan' else clan};")
        if self.shared and self.random.random() < 0.4:
            inside.append(f"flake.modules.nixos.{self.random.choice(self.shared)} = {self._nixos_child(2, folder, 'x')};")
        if self.random.random() < 0.3:
            inside.append(f"fleet.{self.random.choice('pq')} = {self._strings('o')};")
        if self.random.randrange(4) == 0:
            return f"{{ {' '.join(said)} config = {self._set(inside)}; }}"
        return f"{{ {' '.join((*said, *inside))} }}"

    def _readers(self) -> list[str]:
        """Modules that make something of the repository's own options."""
        found = []
        machine = self.random.choice(_MACHINES)
        option = f"config.fleet.{self.random.choice('pq')}"
        if self.random.random() < 0.1:
            found.append(f"{{ clan.inventory.machines.{machine}.tags = {option}; }}")
        if self.random.random() < 0.1:
            found.append(f'{{ clan.machines.{machine}.clan.core.state.docs.folders = map (x: "/" + x) {option}; }}')
        return found

    def _flake_child(self, depth: int, where: str, folder: str) -> str:
        kind = self.random.random()
        full = len(self.files) >= _MOST_FILES
        if kind < 0.25 and not full:
            return self._file(folder, "parts", lambda inner: self._function(depth, inner))
        if kind < 0.4 and not full:
            name = self._name()
            tree = f"{folder}/tree-{name}" if folder != "." else f"tree-{name}"
            for _ in range(self.random.randint(1, 3)):
                below = f"{tree}/{self.random.choice(['', 'deep/', '_off/'])}{self._name()}.nix"
                self.files[below] = "{ }"
                self.files[below] = self._function(depth + 1, below.rpartition("/")[0])
            return self._tree(name)
        if kind < 0.5 and not full:
            path = self._file(folder, "applied", lambda inner: f"given: {self._function(depth, inner)}")
            return f"flake-parts-lib.importApply {path} {{ }}"
        if kind < 0.6 and self.known_files:
            return "./" + posixpath.relpath(self.random.choice(self.known_files), folder)
        if kind < 0.65:
            return self._keyed()
        if kind < 0.8:
            return f"{{ lib, ... }}: {self._flake_module(depth, where, folder)}"
        return self._flake_module(depth, where, folder)

    def _keyed(self) -> str:
        """A module with a key of its own, or one that was there before."""
        if not self.keyed or self.random.random() < 0.5:
            inside = f"flake.clan.inventory.machines.{self.random.choice(_MACHINES)}.tags = {self._strings('k')};"
            self.keyed.append(f'{{ lib, ... }}: {{ key = "k{len(self.keyed)}"; {inside} }}')
        return self.random.choice(self.keyed)

    def _tree(self, name: str) -> str:
        """A call of import-tree in one of its forms."""
        tree = "inputs.import-tree"
        for _ in range(self.random.choice([0, 0, 1, 2])):
            form = self.random.randrange(4)
            if form == 0:
                tree = f'({tree}.filter (lib.hasInfix "{self.random.choice("abcxyz")}"))'
            elif form == 1:
                tree = f'({tree}.matchNot ".*/{self.random.choice("abcxyz")}[0-9]*.nix")'
            elif form == 2:
                tree = f"({tree}.map (file: {{ imports = [ file ]; }}))"
            else:
                tree = f'({tree}.initFilter (lib.hasSuffix ".nix"))'
        form = self.random.randrange(5)
        if form == 0:
            return f"({tree}.addPath ./tree-{name}).result"
        if form == 1:
            return f"{tree} [ ./tree-{name} [ ] ]"
        if form == 2:
            return f"{tree}.addPath ./tree-{name}"
        return f"{tree} ./tree-{name}"

    def _function(self, depth: int, folder: str) -> str:
        return f"{{ config, inputs, lib, flake-parts-lib, ... }}: {self._flake_module(depth, 'flake', folder)}"

    def _file(self, folder: str, kind: str, text: object) -> str:
        name = f"{self._name()}-{kind}.nix"
        path = name if folder == "." else f"{folder}/{name}"
        if kind != "parts" and "tree-" in path:
            path = f"rest/{name}"
        self.files[path] = ""
        self.files[path] = text(path.rpartition("/")[0] or ".")  # type: ignore[operator]
        if kind == "parts":
            self.known_files.append(path)
        found = posixpath.relpath(path, folder)
        return found if found.startswith("../") else f"./{found}"
