"""The clans that are being edited: texts that are not saved yet, what they mean now, and what they last meant as a whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError, Source
from clanback.editor.outline import Outline
from clanback.explaining import Context
from clanback.inventory.find import around
from clanback.stages import follow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.diagnostics import Diagnostic
    from clanback.editor.outline import Path
    from clanback.stages import Outcome


class Clan:
    """One clan: `latest` is what its texts mean now, `good` the last time that they could be planned."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.latest: Outcome | None = None
        self.good: Outcome | None = None
        self._outlines: dict[str, Outline | None] = {}
        self._places: dict[str, dict[Path, Path]] | None = None

    def refresh(self, texts: Mapping[str, str]) -> None:
        """Look at the clan anew, with `texts` in place of what the files hold."""
        self.latest = follow(self.root, compat=None, overlay=texts, recording=True)
        if self.latest.inventory is not None and self.latest.plan is not None and self._is_whole(self.latest):
            self.good = self.latest
            self._outlines = {}
            self._places = None

    def _is_whole(self, outcome: Outcome) -> bool:
        """Whether every text could be read: a module that cannot be parsed is left out, and what it says with it."""
        return self.good is None or not any(found.code.startswith("CB0") for found in outcome.found)

    @property
    def context(self) -> Context | None:
        """What explanations are made from; None as long as the clan never made sense."""
        if self.good is None or self.good.inventory is None or self.good.plan is None:
            return None
        return Context(self.good.inventory, self.good.plan)

    def diagnostics(self) -> list[Diagnostic]:
        """What is found now, without what `clanback.toml` silences."""
        if self.latest is None:
            return []
        own = None if self.latest.inventory is None else self.latest.inventory.own
        return self.latest.diagnostics(() if own is None else own.ignore)

    def files(self) -> list[str]:
        """The Nix files of the repository that the clan is made of."""
        config = None if self.good is None else self.good.config
        if config is None:
            return []
        return sorted(path for path, what in config.evaluator.reads.items() if path.endswith(".nix") and len(what) == 64)

    def outline(self, path: str) -> Outline | None:
        """The outline of one of the files, as it was when the clan last made sense."""
        config = None if self.good is None else self.good.config
        if path not in self._outlines:
            self._outlines[path] = None
            try:
                if config is not None:
                    self._outlines[path] = Outline(config.evaluator.parse_file(config.evaluator.paths.real(path)))
            except DiagnosticError:
                pass
        return self._outlines[path]

    def place(self, path: str, written: Path) -> Path:
        """The option that something means which stands at `written` in a file: `inventory.machines`, wherever it is written.

        Files that are imported, and sets that a flake hands to a function, begin somewhere inside the clan: where, is told by the
        definitions that were found in them.
        """
        beginnings = self._beginnings().get(self._name(path), {})
        for length in range(len(written), -1, -1):
            if written[:length] in beginnings:
                return (*beginnings[written[:length]], *written[length:])
        return written

    def beginning(self, path: str) -> Path:
        """The option at which a file begins."""
        return self.place(path, ())

    def _name(self, path: str) -> str:
        real = os.path.realpath(path)
        return real[len(self.root_folder) + 1 :] if real.startswith(self.root_folder + "/") else real

    @property
    def root_folder(self) -> str:
        """The folder of the repository."""
        config = None if self.good is None else self.good.config
        root = config.root if config is not None else self.root
        return os.path.realpath(root if os.path.isdir(root) else os.path.dirname(root))

    def _beginnings(self) -> dict[str, dict[Path, Path]]:
        if self._places is None:
            self._places = {}
            context = self.context
            for key, origins in context.inventory.origins.items() if context is not None else ():
                option = _option(key)
                for origin in origins if option else ():
                    if origin.place is not None:
                        self._learn(origin.place.file, origin.place.line, origin.place.column, option)
        return self._places

    def _learn(self, file: str, line: int, column: int, option: Path) -> None:
        assert self._places is not None
        outline = self.outline(os.path.join(self.root_folder, file))
        if outline is None or line > len(outline.source.line_starts()):
            return
        name = outline.by_value.get(outline.source.line_starts()[line - 1] + column - 1)
        written = () if name is None else name.path
        common = 0
        while common < min(len(written), len(option)) and written[-1 - common] == option[-1 - common]:
            common += 1
        if common:
            at, means = written[: len(written) - common], option[: len(option) - common]
            self._places.setdefault(file, {}).setdefault(at, means)


def _option(key: tuple[str, ...]) -> Path:
    """The option that a path of `inventory.origins` stands for; empty where the place of a definition tells nothing about it."""
    if key[0] in ("inventory", "meta"):
        return key
    if key[0] == "machines" and len(key) > 2:
        inside = {
            "state": ("clan", "core", "state"),
            "tmpfiles": ("systemd", "tmpfiles", "rules"),
            "host_name": ("networking", "hostName"),
        }
        return (*key[:2], *inside[key[2]], *key[3:]) if key[2] in inside else ()
    return ()


class Desk:
    """All that is open in an editor. `texts` are the texts of open documents, by absolute path."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._clans: dict[str, Clan] = {}

    def clan_of(self, path: str) -> Clan | None:
        """The clan that a file belongs to: that of the nearest folder upwards that has one."""
        try:
            place = around(os.path.dirname(os.path.realpath(path)))
        except DiagnosticError:
            return None
        return self._clans.setdefault(place.root, Clan(place.root))

    def clans(self) -> list[Clan]:
        """The clans that have been asked for."""
        return list(self._clans.values())

    def source(self, path: str) -> Source | None:
        """The text of a file as it is now."""
        text = self.texts.get(path)
        if text is None:
            try:
                with open(path, encoding="utf-8", errors="surrogateescape") as file:
                    text = file.read(1 << 26)
            except OSError:
                return None
        return Source(os.path.basename(path), text, path)
