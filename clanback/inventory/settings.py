"""Settings of one role's members: the role's, the member's own and those of its tags, merged by the service's interface.

All levels have the same priority. Definitions merge in the order tags (last name first), machine, role, which is what
clan-core's list of modules `[ role machine tags… ]` comes to in the module system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.inventory.plain import plain
from clanback.modules.merge import Merger
from clanback.modules.recording import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clanback.diagnostics import Diagnostic, Span
    from clanback.inventory.loading import ClanConfig
    from clanback.modules.definition import Definition
    from clanback.modules.interface import OptionSet


class MergedSettings:
    """Settings of a member, complete with defaults, and where each is defined (dotted path → spans, the winning one first).

    With `undecided` some of what is written is missing, as only Nix can know it; that is told.
    """

    __slots__ = ("recorder", "spans", "undecided", "values")

    def __init__(self, values: Mapping[str, Any], recorder: Recorder, *, undecided: bool) -> None:
        self.values = values
        self.undecided = undecided
        self.spans: Mapping[str, Sequence[Span]] = recorder.spans()
        self.recorder = recorder


class RoleSettings:
    """Merges the settings of the members of one role; members with the same definitions share the result."""

    def __init__(
        self,
        config: ClanConfig,
        interface: OptionSet,
        role: Sequence[Definition],
        by_tag: Mapping[str, Sequence[Definition]],
        describe: str,
    ) -> None:
        self._config = config
        self._interface = interface
        self._role = tuple(role)
        self._by_tag = by_tag
        self._describe = describe
        self._shared: dict[tuple[str, ...], MergedSettings] = {}
        self._reported: set[tuple[Any, ...]] = set()

    def of_member(self, machine: str, own: Sequence[Definition], tags: Iterable[str], where: Span | None) -> MergedSettings:
        """The settings of `machine`, which carries `tags`; `where` is what to point at when a value is missing."""
        with_settings = tuple(sorted((tag for tag in tags if self._by_tag.get(tag)), reverse=True))
        if not own and with_settings in self._shared:
            return self._shared[with_settings]
        definitions = [d for tag in with_settings for d in self._by_tag[tag]]
        definitions += [*own, *self._role]
        recorder = Recorder() if self._config.origins is None else self._chronicle(machine, own)
        undecided: list[Diagnostic] = []

        def report(diagnostic: Diagnostic) -> None:
            if diagnostic.code == "CB206":
                undecided.append(diagnostic)
            self._report(diagnostic)

        merger = Merger(
            self._config.evaluator,
            report,
            nearest_first=True,
            subject=f" in the settings of `{machine}` ({self._describe})",
            recorder=recorder,
        )
        merged = merger.options((), self._interface, definitions, where=where, plain=True)
        values = plain(self._config.evaluator, merged, self._config.root)
        settings = MergedSettings(values, recorder, undecided=bool(undecided))
        if not own:
            self._shared[with_settings] = settings
        return settings

    def _chronicle(self, machine: str, own: Sequence[Definition]) -> Recorder:
        """A recorder that keeps everything, with each definition told whose it is."""
        from clanback.inventory.origins import Chronicle

        levels = {"role": self._role, f"machine {machine}": own, **{f"tag {tag}": known for tag, known in self._by_tag.items()}}
        for level, definitions in levels.items():
            for definition in definitions:
                definition.level = level
        return Chronicle()

    def _report(self, diagnostic: Diagnostic) -> None:
        """One finding a place: what the role says wrongly is wrong for every member."""
        key = (diagnostic.code, diagnostic.span, *(label.span for label in diagnostic.labels))
        if diagnostic.span is not None and key in self._reported:
            return
        self._reported.add(key)
        self._config.report(diagnostic)
