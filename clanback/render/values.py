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

    def variable_path(self, key: str) -> NixExpression:
        """A path expression for the text of the public value `key`."""
        return self.repository_path(f"vars/{key}/value")

    def public_value(self, value: PublicValue, *, strip: bool = False) -> NixExpression:
        """The text of a public value: known now, or read from `vars/` when Nix evaluates, with a `throw` where it is not there.

        `strip` takes off the line end, for options that hold a single line.
        """
        if value.text is not None:
            return string(value.text.removesuffix("\n") if strip else value.text)
        read = f"builtins.readFile {self.variable_path(value.key)}"
        if strip:
            read = f"builtins.replaceStrings [ {string(chr(10))} ] [ {string('')} ] ({read})"
        return self._guarded(value.key, read)

    def public_file(self, value: PublicValue, name: str) -> NixExpression:
        """A file in the Nix store that holds a public value, called `name`."""
        if value.text is not None:
            return NixExpression(f'"${{pkgs.writeText {string(name)} {string(value.text)}}}"')
        source = f"builtins.path {{ name = {string(name)}; path = {self.variable_path(value.key)}; }}"
        return self._guarded(value.key, f'"${{{source}}}"')

    def _guarded(self, key: str, expression: str) -> NixExpression:
        missing = string(f"vars/{key}/value is not there: run clanback vars generate {self.machine}")
        return NixExpression(f"(if builtins.pathExists {self.variable_path(key)} then {expression} else throw {missing})")

    def module(self, part: ModulePart) -> str:
        """The expression of a module part."""
        return "".join(piece if isinstance(piece, str) else self.repository_path(piece) for piece in part.pieces)


def origin(place: Place | None, what: str) -> str:
    """`clan.nix:12: instances.borgbackup`, for a comment."""
    return f"{place.file}:{place.line}: {what}" if place is not None else what
