"""Small clans as text, and clans with a change, for properties of what is compared: the whole way from text to plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import strategies as st

from clanback.render import render
from clanback.stages import follow

if TYPE_CHECKING:
    from pathlib import Path

    from clanback.plan.model import Plan

MACHINES = ("laptop", "desk", "nas", "cellar")
FOLDERS = ("/home", "/home/a", "/var/lib/db", "/srv/x y", "/srv/`q`", "/srv")
STATES = ("docs", "db")


@attrs.frozen
class State:
    folders: tuple[str, ...] = ()
    unknown: bool = False
    hook: str | None = None


@attrs.frozen
class Client:
    start_at: str | None = None
    exclude: tuple[str, ...] = ()
    destination: str | None = None


@attrs.frozen
class Clan:
    """What is generated: machines with their state, who is a client, who a server and where it keeps repositories."""

    machines: tuple[str, ...] = MACHINES[:2]
    state: dict[str, dict[str, State]] = attrs.field(factory=dict)
    clients: dict[str, Client] = attrs.field(factory=dict)
    servers: dict[str, tuple[str | None, str | None]] = attrs.field(factory=dict)
    target: str | None = None
    own: dict[str, Any] = attrs.field(factory=dict)
    comment: str = ""
    keys: dict[str, str] = attrs.field(factory=dict)
    unread: bool = False

    def text(self) -> str:
        """The clan.nix."""
        lines = ["{", '  meta.name = "c";']
        if self.comment:
            lines.append(f"  # {self.comment}")
        for name in self.machines:
            host = f'deploy.targetHost = "{self.target}";' if self.target and name == self.machines[0] else ""
            lines.append(f"  inventory.machines.{name} = {{ {host} }};")
        role = "  inventory.instances.borgbackup.roles"
        for name, client in self.clients.items():
            settings = []
            if client.start_at:
                settings.append(f'startAt = "{client.start_at}";')
            if client.exclude:
                settings.append(f"exclude = [ {' '.join(map(quoted, client.exclude))} ];")
            if client.destination:
                settings.append(f"destinations.box.repo = {quoted(client.destination)};")
            lines.append(f"{role}.client.machines.{name}.settings = {{ {' '.join(settings)} }};")
        for name, (address, directory) in self.servers.items():
            settings = [f'address = "{address}";'] if address else []
            settings += [f'directory = "{directory}";'] if directory else []
            lines.append(f"{role}.server.machines.{name}.settings = {{ {' '.join(settings)} }};")
        for name in self.machines:
            body = []
            for state, entry in self.state.get(name, {}).items():
                folders = [*map(quoted, entry.folders), *(["config.services.x.dataDir"] if entry.unknown else [])]
                body.append(f"    clan.core.state.{state}.folders = [ {' '.join(folders)} ];")
                if entry.hook:
                    body.append(f"    clan.core.state.{state}.preBackupScript = {quoted(entry.hook)};")
            if self.unread and name == self.machines[0]:
                body.append("    imports = [ inputs.other.nixosModules.x ];")
            lines.append(f"  machines.{name} = {{ config, inputs, ... }}: {{\n" + "\n".join(body) + "\n  };")
        return "\n".join([*lines, "}", ""])

    def write(self, folder: Path) -> Path:
        """Lay it out in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "clan.nix").write_text(self.text())
        own = folder / "clanback.toml"
        own.unlink(missing_ok=True)
        if self.own:
            own.write_text("\n".join(f"{name} = {value}" for name, value in self.own.items()) + "\n")
        for machine in MACHINES:
            value = folder / f"vars/per-machine/{machine}/borgbackup/borgbackup.ssh.pub/value"
            value.unlink(missing_ok=True)
            if machine in self.keys:
                value.parent.mkdir(parents=True, exist_ok=True)
                value.write_text(self.keys[machine] + "\n")
        return folder


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${") + '"'


def planned(clan: Clan, folder: Path) -> tuple[Plan, dict[str, str]]:
    """The plan and the rendered files."""
    clan.write(folder)
    outcome = follow(str(folder), compat=None, check=False)
    assert outcome.plan is not None, [one.message for one in outcome.found]
    return outcome.plan, render(outcome.plan, root=str(folder))


def clans() -> st.SearchStrategy[Clan]:
    """Any clan of a few machines."""
    folders = st.lists(st.sampled_from(FOLDERS), max_size=3, unique=True).map(tuple)
    hooks = st.none() | st.sampled_from(["systemctl stop db", "dump ${x}"])
    state = st.builds(State, folders, st.booleans(), hooks)
    client = st.builds(
        Client,
        st.none() | st.sampled_from(["02:00", "daily"]),
        st.lists(st.sampled_from(["*.tmp", "/home/a/cache"]), max_size=2).map(tuple),
        st.none() | st.sampled_from(["u1@box.example:./a", "/mnt/usb/borg"]),
    )
    server = st.tuples(
        st.none() | st.sampled_from(["192.0.2.1", "::1"]), st.none() | st.sampled_from(["/srv/borg", "/srv/borg/"])
    )
    own = st.fixed_dictionaries(
        {},
        optional={
            "append_only": st.sampled_from(["true", "false"]),
            "random_delay": st.sampled_from(["0", "60"]),
            "quota": st.just('"10G"'),
            "retention.daily": st.integers(0, 9),
            "retention.within": st.sampled_from(['"1d"', '"2w"']),
        },
    )

    def of(machines: tuple[str, ...]) -> st.SearchStrategy[Clan]:
        names = st.sampled_from(machines)
        return st.builds(
            Clan,
            st.just(machines),
            st.dictionaries(names, st.dictionaries(st.sampled_from(STATES), state, max_size=2), max_size=3),
            st.dictionaries(names, client, max_size=3),
            st.dictionaries(names, server, max_size=2),
            st.none() | st.sampled_from(["root@a.example"]),
            own,
            st.sampled_from(["", "a comment"]),
            st.dictionaries(names, st.sampled_from(["ssh-ed25519 AAAA1 a", "ssh-ed25519 AAAA2 b"]), max_size=2),
            st.booleans(),
        )

    return st.lists(st.sampled_from(MACHINES), min_size=1, max_size=4, unique=True).map(tuple).flatmap(of)


def changed() -> st.SearchStrategy[tuple[Clan, Clan]]:
    """Two clans: one with some of its parts taken from another, or left as it is."""
    fields = [field.name for field in attrs.fields(Clan) if field.name != "machines"]

    def mix(drawn: tuple[Clan, Clan, set[str]]) -> tuple[Clan, Clan]:
        one, other, taken = drawn
        return one, attrs.evolve(one, **{name: getattr(other, name) for name in taken})

    return st.tuples(clans(), clans(), st.sets(st.sampled_from(fields), max_size=2)).map(mix) | st.tuples(clans(), clans())
