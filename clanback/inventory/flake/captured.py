"""What was given to clan-core: the clans that a flake makes while it is evaluated, in the order in which they are met."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from clanback.inventory.flake_inputs import OWN, REASON, foreign
from clanback.modules.basic_types import Deferred
from clanback.modules.definition import Definition
from clanback.nix.values import Attrs, Builtin, OpenAttrs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clanback.nix.evaluator import Evaluator

_REASON = "`{name}` is computed by clan-core: it is not known without Nix"


class ClanOutput(OpenAttrs):
    """The configuration that clan-core makes of a clan. `clan` is that clan.

    What is in it is known once the clan is merged, so names are looked up late.
    """

    __slots__ = ("clan",)

    def __init__(self, clan: Clan, text: str) -> None:
        super().__init__({}, text=text, reason=_REASON)
        self.clan = clan

    def unknown(self, name: str, span: Any = None) -> Any:
        """An option of the merged clan, unknown what clan-core alone computes."""
        if name in ("nixosConfigurations", "darwinConfigurations"):
            return Configurations(f"{self.text}.{name}", lambda: self.clan)
        merged = self.clan.merged
        found = None if merged is None else self.clan.evaluator.force(merged.get(name))
        return super().unknown(name, span) if found is None else readable(self.clan.evaluator, found)


class Configurations(OpenAttrs):
    """The machines' configurations, as an output of the flake. What is known of them is known once the clan is merged."""

    __slots__ = ("clan_of",)

    def __init__(self, text: str, clan_of: Callable[[], Clan | None], further: Mapping[str, Any] | None = None) -> None:
        super().__init__(further or {}, text=text, reason=_REASON)
        self.clan_of = clan_of

    def unknown(self, name: str, span: Any = None) -> Any:
        """The configuration of one machine."""
        clan = self.clan_of()
        made = None if clan is None or clan.configuration is None else clan.configuration(name, f"{self.text}.{name}")
        return super().unknown(name, span) if made is None else made


def readable(evaluator: Evaluator, value: Any) -> Any:
    """A merged value as Nix code may see it: what is kept for later is the value (or the modules) that somebody wrote."""
    found = evaluator.force(value)
    if isinstance(found, Deferred):
        values = tuple(definition.value for definition in found.definitions)
        return evaluator.force(values[0]) if len(values) == 1 else Attrs({"imports": values})
    if type(found) is Attrs:
        inside = {name: evaluator.thunk(partial(readable, evaluator, item)) for name, item in found.items()}
        return Attrs(inside, positions=found.positions)
    return found


class Clan:
    """One clan: its modules (`definitions`, as they merge), and the merged options once they are there."""

    def __init__(self, evaluator: Evaluator, definitions: list[Definition], text: str, flake: Captured) -> None:
        self.evaluator = evaluator
        self.definitions = definitions
        self.flake = flake
        """What was captured of the flake that makes it."""
        self.merged: Attrs | None = None
        self.configuration: Callable[[str, str], OpenAttrs | None] | None = None
        """Gives what is known of a machine's configuration, by its name and the text that means it."""
        self.output = ClanOutput(self, text)


class Captured:
    """The clans met until now, and the function that stands in for clan-core's.

    `root` is the folder of the flake that is evaluated. A flake inside it, which it has as an input, gets its own by `inside`.
    """

    def __init__(self, evaluator: Evaluator, file: str, root: str) -> None:
        self.evaluator = evaluator
        self.file = file
        self.root = root
        self.clans: list[Clan] = []
        self.names: set[str] = set()
        """The inputs that turned out to be clan-core, by being used as such."""
        self.this = OpenAttrs({"outPath": root, "_type": "flake"}, text="self", reason=OWN)
        self.inputs = OpenAttrs({}, text="inputs", reason=REASON)

    def inside(self, root: str) -> Captured:
        """The same for a flake in a folder below: its clans are clans of this one."""
        inner = Captured(self.evaluator, f"{root}/flake.nix", root)
        inner.clans, inner.names = self.clans, self.names
        return inner

    def add(self, definitions: list[Definition], text: str = "self.clan") -> Clan:
        """Take down a clan."""
        clan = Clan(self.evaluator, definitions, text, self)
        self.clans.append(clan)
        return clan

    def function(self, name: str, input_name: str) -> Builtin:
        """`lib.clan` or `lib.buildClan` of the input `input_name`: gives what clan-core gives, as far as it is known here."""

        def clan(_: Evaluator, argument: Any) -> Any:
            self.names.add(input_name)
            made = self.add([Definition(argument, file=self.file)])
            # `buildClan` gave the configuration itself, `clan` gives it as `config`: this is both.
            both = ClanOutput(made, "self.clan")
            both.update({"config": made.output, "options": foreign("clan.options")})
            return both

        return Builtin(f"{input_name}.lib.{name}", 1, clan)
