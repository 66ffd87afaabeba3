"""What an explanation is made of: plain facts, for the terminal, for JSON and for editors alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.inventory.model import Fact

if TYPE_CHECKING:
    from clanback.inventory.origins import Origin

Target = tuple[str, tuple[str, ...]]
"""A rendered file, relative to the output folder, and the path of an option in it."""


@attrs.frozen(eq=False, repr=False)
class Cause(Fact):
    """One thing that a value was made of: a setting, a state, what `clanback.toml` says.

    `definitions` are those that hold, in the order in which they merge, and then those that lost. `default` is what would stand
    there (or stands there) if nothing were defined, as Nix writes it; None where there is no default. `why` says in a sentence
    how the definitions became `text`.
    """

    title: str
    text: str
    why: str
    definitions: tuple[Origin, ...] = ()
    default: str | None = None


@attrs.frozen(eq=False, repr=False)
class Subject(Fact):
    """Something that can be explained. `path` begins with the machine; `value` is plain, `text` the same as Nix writes it.

    `summary` says in a sentence what it is; `unknown` are source texts that only Nix can evaluate and that belong to it;
    `becomes` are the places in rendered files where it stands.
    """

    path: tuple[str, ...]
    text: str
    value: Any
    summary: str
    causes: tuple[Cause, ...] = ()
    becomes: tuple[Target, ...] = ()
    unknown: tuple[str, ...] = ()
    also: tuple[tuple[str, ...], ...] = ()
    """Other names of the same, without the machine: those of NixOS."""

    @property
    def known(self) -> str:
        """The text, as far as it is known: a list of which Nix knows more does not look empty or whole."""
        return text_of_list(self.text, self.value, unknown=bool(self.unknown))


def text_of_list(text: str, value: Any, *, unknown: bool) -> str:
    """`text` of a value; of a list that only Nix knows (`unknown`: some of it), in words."""
    if not unknown or not isinstance(value, list | tuple):
        return text
    return f"{text} and more, known to Nix only" if value else "known to Nix only"


@attrs.frozen(eq=False, repr=False)
class Rendered(Fact):
    """A line of a rendered file."""

    file: str
    line: int
    text: str


@attrs.frozen(eq=False, repr=False)
class Explanation(Fact):
    """The answer: the subject, its rendered lines, and what there is below it (path and value)."""

    path: str
    subject: Subject | None
    rendered: tuple[Rendered, ...] = ()
    below: tuple[tuple[str, str], ...] = ()
    members: tuple[tuple[str, str], ...] = ()
    """For a setting of a role without a machine: each member and its value."""


class UnknownPathError(Exception):
    """There is nothing of that name: `message` says where it ends, `meant` is the nearest name, `known` are those there."""

    def __init__(self, message: str, meant: str | None, known: tuple[str, ...]) -> None:
        super().__init__(message)
        self.message = message
        self.meant = meant
        self.known = known
