"""Values as they appear in rendered modules: public values of `vars/`, places, files of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.render.literals import NixExpression, path, string

if TYPE_CHECKING:
    from clanback.inventory.model import ModulePart, Place, RepositoryPath
    from clanback.plan.model import PublicValue


class Location:
    """Where the files of one machine lie, seen from the repository.

    `to_root` is the path from a file's folder to the root: `../..` for `generated/<machine>/`, or an absolute path where the
    output lies outside the repository.
    """

    __slots__ = ("machine", "to_root")

    def __init__(self, machine: str, to_root: str) -> None:
        self.machine = machine
        self.to_root = to_root

    def repository_path(self, inside: RepositoryPath | str) -> NixExpression:
        """A path expression for a file of the repository."""
        relative = inside if isinstance(inside, str) else inside.path
        return path(f"{self.to_root}/{relative}" if relative else self.to_root)

    def module(self, part: ModulePart) -> str:
        """The expression of a module part."""
        return "".join(piece if isinstance(piece, str) else self.repository_path(piece) for piece in part.pieces)


class PublicValues:
    """Public values as one rendered file uses them.

    What is in `vars/` now becomes a literal. What is not is read when Nix evaluates, by functions that the file must bind (the
    template `public_values.nix` does) when `are_read` says so, and that throw where the value is still missing.
    """

    __slots__ = ("files_are_read", "lines_are_read", "location", "texts_are_read")

    def __init__(self, location: Location) -> None:
        self.location = location
        self.files_are_read = self.lines_are_read = self.texts_are_read = False

    @property
    def are_read(self) -> bool:
        """Whether the file reads anything."""
        return self.files_are_read or self.lines_are_read or self.texts_are_read

    @property
    def folder(self) -> NixExpression:
        """The folder of all variables."""
        return self.location.repository_path("vars")

    def text(self, value: PublicValue) -> NixExpression:
        """The whole text."""
        if value.text is not None:
            return string(value.text)
        self.texts_are_read = True
        return NixExpression(f"publicText {self._arguments(value)}")

    def line(self, value: PublicValue) -> NixExpression:
        """The text without line ends, for options that hold a single line."""
        if value.text is not None:
            return string(value.text.replace("\n", ""))
        self.lines_are_read = True
        return NixExpression(f"publicLine {self._arguments(value)}")

    def file(self, value: PublicValue, name: str) -> NixExpression:
        """A string that names a file in the Nix store, called `name`, which holds the value."""
        if value.text is not None:
            return NixExpression(f'"${{pkgs.writeText {string(name)} {string(value.text)}}}"')
        self.files_are_read = True
        return NixExpression(f'"${{publicFile {string(name)} {self._arguments(value)}}}"')

    def _arguments(self, value: PublicValue) -> str:
        placement, owner = value.key.split("/")[:2]
        machine = owner if placement == "per-machine" else self.location.machine
        return f"{string(machine)} {string(value.key)}"


def origin(place: Place | None, what: str) -> str:
    """`clan.nix:12: instances.borgbackup`, for a comment."""
    return f"{place.file}:{place.line}: {what}" if place is not None else what
