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

    What is in `vars/` now becomes a literal. What is not is read when Nix evaluates, by the functions of `variables.nix`, which
    throw where the value is still missing; the file has to bind those in `names`.
    """

    __slots__ = ("_used", "location")

    def __init__(self, location: Location) -> None:
        self.location = location
        self._used: set[str] = set()

    @property
    def names(self) -> NixExpression:
        """The functions the file uses, sorted, separated by spaces; empty where none."""
        return NixExpression(" ".join(sorted(self._used)))

    def text(self, value: PublicValue) -> NixExpression:
        """The whole text."""
        return string(value.text) if value.text is not None else self._call("publicText", value)

    def line(self, value: PublicValue) -> NixExpression:
        """The text without line ends, for options that hold a single line."""
        return string(value.text.replace("\n", "")) if value.text is not None else self._call("publicLine", value)

    def file(self, value: PublicValue, name: str) -> NixExpression:
        """A string that names a file in the Nix store, called `name`, which holds the value."""
        if value.text is not None:
            return NixExpression(f'"${{pkgs.writeText {string(name)} {string(value.text)}}}"')
        return NixExpression(f'"${{{self._call(f"publicFile {string(name)}", value)}}}"')

    def _call(self, function: str, value: PublicValue) -> NixExpression:
        self._used.add(function.partition(" ")[0])
        placement, owner = value.key.split("/")[:2]
        machine = owner if placement == "per-machine" else self.location.machine
        return NixExpression(f"{function} {string(machine)} {string(value.key)}")


def origin(place: Place | None, what: str) -> str:
    """`clan.nix:12: instances.borgbackup`, for a comment."""
    return f"{place.file}:{place.line}: {what}" if place is not None else what
