"""Paths as people type them: names with dots between, those that hold dots in quotes or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import did_you_mean
from clanback.explaining.model import UnknownPathError
from clanback.modules.show import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable


class Names:
    """What is left of a path. Whoever asks says which names there are, so that dots inside names need no quotes."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text.strip()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return not self.text

    def first_of(self, known: Iterable[str]) -> str | None:
        """The longest of the names with which the path begins."""
        return max((name for name in known if self._rest(name) is not None), key=len, default=None)

    def after(self, name: str) -> Names:
        """The path without its first name."""
        rest = self._rest(name)
        assert rest is not None
        return Names(rest)

    def _rest(self, name: str) -> str | None:
        for written in (name, dotted((name,)), f'"{name}"'):
            if self.text == written:
                return ""
            if self.text.startswith(f"{written}."):
                return self.text[len(written) + 1 :]
        return None

    def among(self, paths: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
        """The path that is meant."""
        return next((path for path in paths if path and self.text in (dotted(path), ".".join(path))), None)

    def prefix_of(self, paths: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
        """The beginning of paths that is meant."""
        for path in paths:
            for length in range(1, len(path)):
                if self.text in (dotted(path[:length]), ".".join(path[:length])):
                    return path[:length]
        return None

    def unknown(self, message: str, known: Iterable[str]) -> UnknownPathError:
        """The error for a first name that is none of `known`."""
        first = self.text.partition(".")[0]
        names = tuple(dict.fromkeys(known))
        meant = did_you_mean(first, names) or next((name for name in names if first and name.startswith(first)), None)
        return UnknownPathError(f"{message} `{first}`", meant, names)

    def unknown_below(
        self, owner: str, paths: Iterable[tuple[str, ...]], others: Iterable[tuple[str, ...]] = ()
    ) -> UnknownPathError:
        """The error for a path that leads nowhere: names what there is at the level at which it ends.

        `others` are further names of the same things, which are meant only by those who begin with one.
        """
        every = [path for path in paths if path]
        if not any(self.text.partition(".")[0] == path[0] for path in every):
            every += [path for path in others if self.text.partition(".")[0] == path[0]]
        here: tuple[str, ...] = ()
        rest = self
        while True:
            level = tuple(dict.fromkeys(path[len(here)] for path in every if path[: len(here)] == here and len(path) > len(here)))
            name = rest.first_of(level)
            if name is None or rest.after(name).is_empty:
                break
            here, rest = (*here, name), rest.after(name)
        where = owner if not here else f"{owner}.{dotted(here)}"
        first = rest.text.partition(".")[0]
        meant = did_you_mean(first, level)
        if not level:
            return UnknownPathError(f"there is nothing below `{where}`", None, ())
        if meant is None:  # perhaps a name from another level: `startAt` for `borgbackup.client.startAt`
            meant = next((dotted(path) for path in every if path[-1] == rest.text.rpartition(".")[2]), None)
            return UnknownPathError(f"`{where}` has no `{first}`", None if meant is None else f"{owner}.{meant}", level)
        return UnknownPathError(f"`{where}` has no `{first}`", f"{where}.{dotted((meant,))}", level)
