"""How clients reach their repositories: `repo` and `rsh` of destinations, addresses of servers, and who is sure of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.checks.findings import Findings, members
from clanback.checks.placeholders import is_placeholder
from clanback.checks.topology import BORGBACKUP
from clanback.diagnostics import Severity, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.diagnostics import Diagnostic, Span
    from clanback.inventory.model import Inventory
    from clanback.plan.model import MachinePlan, Plan

_OFF = frozenset({"no", "off", "false"})
_LOOPBACK = ("localhost", "ip6-localhost", "::1", "0.0.0.0", "::")  # noqa: S104 - addresses that are found, not listened on
_SECRETS = "/run/secrets/"


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    found = Findings()
    for instance, machine, settings in members(inventory, BORGBACKUP, "client"):
        for name, destination in sorted((settings.get("destinations") or {}).items()):
            repo, rsh = destination.get("repo"), destination.get("rsh")
            where = (instance.name, "client", machine.name)
            if isinstance(repo, str) and repo.strip() and not is_placeholder(repo):
                _repository(repo, name, machine.name, places.of_setting(*where, f"destinations.{name}.repo"), found)
            if isinstance(rsh, str) and not is_placeholder(rsh):
                span = places.of_setting(*where, f"destinations.{name}.rsh")
                _command(rsh, name, plan.machines[machine.name], span, found)
    _loopback(inventory, places, found)
    _same_target(inventory, places, found)
    _append_only_elsewhere(inventory, plan, places, found)
    yield from found


def _repository(repo: str, name: str, machine: str, span: Span | None, found: Findings) -> None:
    from clanback.checks import borg_repositories  # late: most clans have no destinations

    why = borg_repositories.problem(repo)
    if why is not None:
        found.add(
            "CB444",
            Severity.ERROR,
            span,
            machine,
            (f"destination {name} of ", f" can never be reached at “{repo}”: {why}"),
            help="write `user@host:path`, `ssh://user@host:23/./path`, or the whole path of a folder",
        )
    elif (why := borg_repositories.doubt(repo)) is not None:
        found.add(
            "CB445",
            Severity.WARNING,
            span,
            machine,
            (f"destination {name} of ", f" may not be where it seems, at “{repo}”: {why}"),
            help="write `user@host:path`, `ssh://user@host:23/./path`, or the whole path of a folder",
        )


def _command(rsh: str, name: str, machine: MachinePlan, span: Span | None, found: Findings) -> None:
    from clanback.checks import ssh_commands

    command = ssh_commands.read(rsh)
    if command.password is not None:
        span = _hidden(command.password, span)
    if command.problem is not None:
        found.add(
            "CB440",
            Severity.ERROR,
            span,
            machine.name,
            (f"destination {name} of ", f" cannot be reached with this `rsh`: {command.problem}"),
            help="write a command such as `ssh -p 23 -i /path/of/the/key`; leave `rsh` out to have the client's own key used",
        )
        return
    if command.password is not None:
        found.add(
            "CB443",
            Severity.WARNING,
            span,
            machine.name,
            (
                f"the password of destination {name} of ",
                " stands in `rsh`: everybody on the machine can read it in the Nix store",
            ),
            help="let the client log in with its key, or keep the password in a file: `sshpass -f /path/of/the/file ssh`",
        )
    options = dict(reversed(command.options))  # of several, ssh takes the first
    unsure = options.get("stricthostkeychecking", "").lower() in _OFF
    forgetful = options.get("userknownhostsfile", "").startswith("/dev/null")
    if unsure or (forgetful and options.get("stricthostkeychecking", "").lower() == "accept-new"):
        what = "StrictHostKeyChecking=no" if unsure else "UserKnownHostsFile=/dev/null"
        found.add(
            "CB441",
            Severity.WARNING,
            span,
            machine.name,
            (f"with `{what}` ", f" takes whoever answers for destination {name}"),
            help="write `-o StrictHostKeyChecking=accept-new`, or `yes` and the key in `programs.ssh.knownHosts`",
        )
    for path in command.identities:
        _identity(path, name, machine, span, found)


def _hidden(secret: str, span: Span | None) -> Span | None:
    """The span in a text that has the secret no more: findings are shown with the line they are on, and kept in logs."""
    if span is None or not secret:
        return span
    from clanback.diagnostics import Source

    source = span.source
    return attrs.evolve(span, source=Source(source.name, source.text.replace(secret, "*" * len(secret)), source.path))


def _identity(path: str, name: str, machine: MachinePlan, span: Span | None, found: Findings) -> None:
    """A key that ssh is to log in with: one of those that generators make for this machine, or one that somebody lays there."""
    made = {
        f"{_SECRETS}vars/{'shared' if generator.share else f'per-machine/{machine.name}'}/{generator.name}/{file.name}"
        for generator in machine.generators.values()
        for file in generator.files
        if file.secret and file.deploy
    }
    if path in made:
        return
    severity, why, advice = Severity.INFO, "no generator makes it: it has to be laid there by hand", ""
    parts = path.removeprefix(f"{_SECRETS}vars/").split("/")
    if path.startswith("/nix/store/"):
        severity, why = Severity.WARNING, "everybody can read the Nix store, also a key in it"
    elif path.startswith(f"{_SECRETS}vars/per-machine/") and len(parts) == 4:
        other, generator, file = parts[1:]
        if other != machine.name:
            severity, why = Severity.WARNING, f"that is the place of a key of {other}"
        elif generator in machine.generators:
            files = [one.name for one in machine.generators[generator].files if one.secret]
            severity, why = Severity.WARNING, f"generator {generator} makes no secret file {file}"
            near = did_you_mean(file, files) or (files[0] if len(files) == 1 else None)
            advice = f"did you mean `{near}`?" if near else ""
        elif (near := did_you_mean(generator, machine.generators)) is not None:
            severity, why, advice = Severity.WARNING, f"there is no generator {generator}", f"did you mean `{near}`?"
        else:
            why = f"no generator {generator} is known here"
    elif path.startswith(f"{_SECRETS}vars/") and parts[0] in machine.generators:
        severity, why = Severity.WARNING, "secrets lie below `per-machine/<machine>/` now"
    found.add(
        "CB442",
        severity,
        span,
        machine.name,
        (f"destination {name} of ", f" logs in with {path}: {why}"),
        help=advice
        or "leave `rsh` out, or name the key that the client has: "
        f"`-i {_SECRETS}vars/per-machine/{machine.name}/borgbackup/borgbackup.ssh`",
    )


def _loopback(inventory: Inventory, places: Places, found: Findings) -> None:
    for instance, machine, settings in members(inventory, BORGBACKUP, "server"):
        address = settings.get("address")
        clients = instance.roles["client"].members if "client" in instance.roles else {}
        others = [name for name in clients if name != machine.name]
        if not isinstance(address, str) or not others:
            continue
        if address.strip("[]").lower() in _LOOPBACK or address.startswith("127."):
            found.add(
                "CB448",
                Severity.WARNING,
                places.of_setting(instance.name, "server", machine.name, "address"),
                machine.name,
                ("the address of server ", f" is “{address}”: {others[0]} would look for it on {others[0]} itself"),
                help="write the name or the address under which other machines know the server",
            )


def _same_target(inventory: Inventory, places: Places, found: Findings) -> None:
    by_target: dict[str, list[str]] = {}
    for machine in inventory.machines.values():
        if machine.target_host and not is_placeholder(machine.target_host):
            by_target.setdefault(machine.target_host, []).append(machine.name)
    for target, names in by_target.items():
        first = places.of(f"machines.{names[0]}.deploy.targetHost")
        for name in names[1:]:
            found.add(
                "CB449",
                Severity.WARNING,
                places.of(f"machines.{name}.deploy.targetHost"),
                name,
                ("", f" and {names[0]} are both reached at {target}: secrets and backups of one would go to the other"),
                labels=((first, f"{names[0]} is here"),),
                help="give each machine its own `deploy.targetHost`",
            )


def _append_only_elsewhere(inventory: Inventory, plan: Plan, places: Places, found: Findings) -> None:
    for instance, role in inventory.own_settings.items() if plan.compat is None else ():
        for name, own in role.get("client", {}).items():
            machine = plan.machines.get(name)
            if machine is None or not own.get("append_only"):
                continue
            for job in machine.jobs.values():
                if job.instance == instance and job.server is None:
                    found.add(
                        "CB450",
                        Severity.INFO,
                        places.of_setting(instance, "client", name, f"destinations.{job.name}"),
                        name,
                        (
                            f"`append_only` says nothing of destination {job.name} of ",
                            ": whoever has the client's key can delete there",
                        ),
                        help="have whoever runs the destination restrict the key: `borg serve --append-only`, or snapshots",
                    )
