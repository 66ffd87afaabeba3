"""Settings of clanback's own: `clanback.toml` at the root of the repository.

    out = "generated"
    ignore = ["CB412"]
    random_delay = "30min"            # top level: the default for all

    [retention]
    daily = 14

    [vars]
    recipients = ["age1…"]            # who can read the secrets, where clan.nix does not say it

    [roles.borgbackup.client]         # one role of one instance; also [instances.NAME], [tags.NAME], [machines.NAME]
    append_only = true

Values at the top level are defaults. Those of instances, roles, tags and machines have equal priority, as settings in clan.nix
have: equal ones are fine, different ones an error that names both places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.diagnostics import DiagnosticError, Label, Source, Span, did_you_mean, error
from clanback.inventory.own_schema import MEMBER_SETTINGS, RETENTION, TOP_SETTINGS, VARS_SETTINGS, keeps_nothing
from clanback.inventory.toml_values import right_value, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.model import Instance
    from clanback.inventory.own_schema import Setting

FILE = "clanback.toml"
_LINES = 'every line is `name = value`, with texts in quotes (`quota = "100G"`), or begins a table: `[machines.NAME]`'


@attrs.frozen
class OwnSettings:
    """What `clanback.toml` says. `members`: instance → role → member → settings, merged, only what is set."""

    out: str | None = None
    secrets: str | None = None
    ignore: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    members: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]] = attrs.field(factory=dict)
    sites: Mapping[str, str] = attrs.field(factory=dict)
    """Where machines stand, by their name."""
    destination_sites: Mapping[str, str] = attrs.field(factory=dict)
    """Where external destinations stand, by their name."""


TABLES = ("instances", "roles", "tags", "machines", "destinations", "vars")


def read_own_settings(
    config: ClanConfig,
    instances: Mapping[str, Instance],
    machines_by_tag: Mapping[str, Sequence[str]],
    tags_of_machine: Mapping[str, Sequence[str]],
) -> OwnSettings | None:
    """Read and check the file, merge what it says for every member; None if there is none. What is wrong is reported."""
    paths = config.evaluator.paths
    path = f"{config.root}/{FILE}"
    try:
        if not paths.exists(path):
            return None
        text = paths.read(path).decode()
    except DiagnosticError as problem:
        config.found.extend(problem.diagnostics)
        return None
    except UnicodeDecodeError:
        config.report(error("CB230", f"{FILE} is not UTF-8 text", help="save it as UTF-8"))
        return None
    source = Source(FILE, text, path)
    import tomllib

    from clanback.inventory.toml_places import place_of_mistake, reason_of_mistake

    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        message = f"{FILE} is not TOML: {reason_of_mistake(problem)}"
        config.report(error("CB230", message, place_of_mistake(problem, source), help=_LINES))
        return None
    except RecursionError:
        config.report(error("CB230", f"{FILE} is nested too deeply", help=_LINES))
        return None
    return _Reader(config, source, content).settings(instances, machines_by_tag, tags_of_machine)


Path = tuple[str, ...]


class _Reader:
    def __init__(self, config: ClanConfig, source: Source, content: Mapping[str, Any]) -> None:
        from clanback.inventory.toml_places import key_places

        self.config = config
        self.source = source
        self.content = content
        self.places = key_places(source.text)
        self.empty_retentions: set[Path] = set()

    def settings(
        self,
        instances: Mapping[str, Instance],
        machines_by_tag: Mapping[str, Sequence[str]],
        tags_of_machine: Mapping[str, Sequence[str]],
    ) -> OwnSettings:
        from clanback.inventory import sites

        top = {key: value for key, value in self.content.items() if key not in TABLES and key not in TOP_SETTINGS}
        defaults = self._checked((), top, (*TOP_SETTINGS, *TABLES), sites.PLACE_SETTINGS)
        whole = {key: self._one((key,), TOP_SETTINGS[key], self.content[key]) for key in TOP_SETTINGS if key in self.content}
        keys = {key: self._known_value(("vars", key), VARS_SETTINGS, value) for key, value in self._vars().items()}
        by_instance = self._tables(("instances",), instances, "instance")
        by_tag = self._tables(("tags",), machines_by_tag, "tag", sites.PLACE_SETTINGS)
        by_machine = self._tables(("machines",), tags_of_machine, "machine", sites.PLACE_SETTINGS)
        destinations = sites.destination_names(instances.values())
        by_destination = self._tables(("destinations",), destinations, "destination", sites.DESTINATION_SETTINGS)
        top_site: dict[Path, Any] = {path: found for path, found in defaults.items() if path == ("site",)}
        defaults = {path: found for path, found in defaults.items() if path != ("site",)}
        where = {
            name: self._merged(sites.only_site([by_machine.get(name), *map(by_tag.get, tags)]), top_site)
            for name, tags in tags_of_machine.items()
        }
        by_machine, by_tag = sites.without_site(by_machine), sites.without_site(by_tag)
        by_role: dict[str, dict[Path, Any]] = {}
        roles = self._table(("roles",), self.content.get("roles", {}))
        for name in roles:
            if self._known(("roles", name), instances, "instance"):
                for role_name, values in self._tables(("roles", name), instances[name].roles, "role").items():
                    by_role[f"{name}.{role_name}"] = values
        members: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
        for name, instance in instances.items():
            for role_name, role in instance.roles.items():
                if instance.opaque:
                    continue
                for member in role.members:
                    levels = [by_machine.get(member), *(by_tag.get(tag) for tag in tags_of_machine.get(member, ()))]
                    levels += [by_role.get(f"{name}.{role_name}"), by_instance.get(name)]
                    merged = self._merged([level for level in levels if level], defaults)
                    if self.config.origins is not None:
                        self._record(("own", name, role_name, member), [level for level in levels if level], defaults)
                    if keeps_nothing(merged.get("retention", {})):
                        self._nothing_is_kept([*(level for level in levels if level), defaults])
                    if merged:
                        members.setdefault(name, {}).setdefault(role_name, {})[member] = merged
        return OwnSettings(
            whole.get("out"),
            whole.get("secrets"),
            tuple(whole.get("ignore") or ()),
            tuple(keys.get("recipients") or ()),
            members,
            sites={name: found["site"] for name, found in where.items() if found},
            destination_sites={name: found[("site",)][0] for name, found in by_destination.items() if found},
        )

    def _vars(self) -> Mapping[str, Any]:
        return self._table(("vars",), self.content.get("vars", {}))

    def _known_value(self, at: Path, known: Mapping[str, Setting], value: Any) -> Any:
        if at[-1] in known:
            return self._one(at, known[at[-1]], value)
        self._unknown(at, known)
        return None

    # Settings of one level are a flat mapping: (path of the setting) → (value, path where it is written).

    def _checked(
        self,
        at: Path,
        table: Mapping[str, Any],
        also: Sequence[str] = (),
        known: Mapping[str, Setting] = MEMBER_SETTINGS,
    ) -> dict[Path, Any]:
        found: dict[Path, Any] = {}
        of_members = "quota" in known
        for key, value in table.items():
            if key == "retention" and of_members:
                kept = self._table((*at, key), value)
                for name, number in kept.items():
                    setting = RETENTION.get(name)
                    if setting is None:
                        self._unknown((*at, key, name), RETENTION)
                    elif (one := self._one((*at, key, name), setting, number)) is not None:
                        found[(key, name)] = (one, (*at, key, name))
            elif key in known:
                one = self._one((*at, key), known[key], value)
                if one is not None:
                    found[(key,)] = (one, (*at, key))
            else:
                self._unknown((*at, key), (*(("retention",) if of_members else ()), *known, *also))
        return found

    def _tables(
        self, at: Path, known: Mapping[str, Any], what: str, accepted: Mapping[str, Setting] = MEMBER_SETTINGS
    ) -> dict[str, dict[Path, Any]]:
        content: Any = self.content
        for name in at:
            content = content.get(name, {}) if isinstance(content, dict) else {}
        checked = {
            name: self._checked((*at, name), self._table((*at, name), values), (), accepted)
            for name, values in self._table(at, content).items()
        }
        return {name: values for name, values in checked.items() if self._known((*at, name), known, what)}

    def _table(self, at: Path, value: Any) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        message = f"`{'.'.join(at)}` in {FILE} must be a table, not {shown(value)}"
        self.config.report(error("CB232", message, self._span(at), help=f"begin a table with a line `[{'.'.join(at)}]`"))
        return {}

    def _one(self, at: Path, setting: Setting, value: Any) -> Any:
        if setting.accepts(value):
            return value
        message = f"`{'.'.join(at)}` in {FILE} must be {setting.expected}, not {shown(value)}"
        advice = right_value(at[-1], value, setting.accepts, setting.example)
        self.config.report(error("CB232", message, self._span(at), help=advice))
        return None

    def _known(self, at: Path, known: Mapping[str, Any], what: str) -> bool:
        if at[-1] in known:
            return True
        near = did_you_mean(at[-1], known)
        self.config.report(
            error(
                "CB233",
                f"there is no {what} `{at[-1]}` in this clan",
                self._span(at),
                help=f"did you mean `{near}`?" if near else _instead(what, known),
            )
        )
        return False

    def _unknown(self, at: Path, known: Mapping[str, Any] | Sequence[str]) -> None:
        near = did_you_mean(at[-1], known)
        top = at[-1] in TOP_SETTINGS and len(at) > 1
        advice = (
            f"move `{at[-1]}` to the top of the file, before the first table" if top else "use one of these names, or remove it"
        )
        there_are = ", ".join(f"`{name}`" for name in known)
        self.config.report(
            error(
                "CB231",
                f"unknown setting `{'.'.join(at)}` in {FILE}",
                self._span(at),
                notes=[f"there are: {there_are}"],
                help=f"did you mean `{near}`?" if near else advice,
            )
        )

    def _merged(self, levels: Sequence[dict[Path, Any]], defaults: dict[Path, Any]) -> dict[str, Any]:
        flat: dict[Path, Any] = {}
        for level in levels:
            for path, (value, place) in level.items():
                if path not in flat:
                    flat[path] = (value, place)
                elif flat[path][0] != value:
                    self._conflict(path, flat[path], (value, place))
        for path, found in defaults.items():
            flat.setdefault(path, found)
        merged: dict[str, Any] = {}
        for path, (value, _) in sorted(flat.items()):
            if len(path) == 1:
                merged[path[0]] = value
            else:
                merged.setdefault(path[0], {})[path[1]] = value
        return merged

    def _nothing_is_kept(self, levels: Sequence[dict[Path, Any]]) -> None:
        """Told once for each place, however many members it is for."""
        at = next(
            level[path][1] for path in (("retention", "daily"), ("retention", "weekly")) for level in levels if path in level
        )
        if at not in self.empty_retentions:
            self.empty_retentions.add(at)
            message = (
                f"`{'.'.join(at[:-1])}` in {FILE} keeps nothing: pruning would delete all archives but those of the last day"
            )
            advice = 'let one of `daily`, `weekly`, `monthly` and `yearly` be above 0, or write a longer span: `within = "30d"`'
            self.config.report(error("CB232", message, self._span(at), help=advice))

    def _record(self, prefix: Path, levels: Sequence[dict[Path, Any]], defaults: dict[Path, Any]) -> None:
        """Take down, for `explain`, what says each setting of a member."""
        from clanback.inventory.origins import of_toml

        assert self.config.origins is not None
        for path in dict.fromkeys(path for level in [*levels, defaults] for path in level):
            given = [level[path] for level in levels if path in level]
            seen = [
                of_toml(value, self._span(place), ".".join(place[: -len(path)]), default=False, holds=value == given[0][0])
                for value, place in given
            ]
            if path in defaults:
                value, place = defaults[path]
                seen.append(of_toml(value, self._span(place), "the top of the file", default=True, holds=not given))
            self.config.origins.take((*prefix, *path), seen)

    def _conflict(self, path: Path, first: tuple[Any, Path], other: tuple[Any, Path]) -> None:
        second = self._span(other[1])
        self.config.report(
            error(
                "CB234",
                f"conflicting values for `{'.'.join(path)}` in {FILE}: {first[0]!r} and {other[0]!r}",
                self._span(first[1]),
                labels=[Label(second, f"{other[0]!r} is set here")] if second is not None else [],
                help="make them equal, or set one at the top level of the file, where values are defaults",
            )
        )

    def _span(self, at: Path) -> Span | None:
        while at:
            if at in self.places:
                return Span(self.source, *self.places[at])
            at = at[:-1]
        return Span(self.source, 0, min(1, len(self.source.text)))


def _instead(what: str, known: Mapping[str, Any]) -> str:
    """What to do about the name of something that is not there."""
    listed = ", ".join(f"`{name}`" for name in sorted(known)[:20])
    return f"name one of {listed}{', …' if len(known) > 20 else ''}" if listed else f"remove it: no {what} is declared"
