"""What is known of the machines' NixOS configurations: the few options that clan-core sets for all of them.

A clan may refer to them (`self.nixosConfigurations.NAME.config.networking.hostName`), mostly to say where a secret lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError
from clanback.inventory.machine_modules import analyse
from clanback.inventory.machines import module_definitions
from clanback.nix.values import Attrs, OpenAttrs

if TYPE_CHECKING:
    from clanback.inventory.loading import ClanConfig

_REASON = "only NixOS knows `{name}`, when it evaluates the machine"
_SECRETS = ("borgbackup.ssh", "borgbackup.repokey")
"""The secrets of a client of borgbackup, of its generator `borgbackup`."""


def configuration(config: ClanConfig, name: str, text: str) -> OpenAttrs | None:
    """The configuration of the machine `name`, whose expression is `text`; None if the clan has no such machine."""
    evaluator = config.evaluator
    inventory = evaluator.force(config.value.get("inventory"))
    machines = evaluator.force(inventory.get("machines")) if isinstance(inventory, Attrs) else None
    if not isinstance(machines, Attrs) or name not in machines:
        return None
    meta = evaluator.force(config.value.get("meta"))
    meta = meta if isinstance(meta, Attrs) else Attrs()
    secrets = {file: {"path": f"/run/secrets/vars/per-machine/{name}/borgbackup/{file}"} for file in _SECRETS}
    settings = {"machine": {"name": name}, **{key: meta[key] for key in ("name", "domain") if key in meta}}
    known = {
        "networking": {"hostName": evaluator.thunk(lambda: host_name(config, name))},
        "clan": {"core": {"settings": settings, "vars": {"generators": {"borgbackup": {"files": secrets}}}}},
    }
    return _tree(text, {"config": known})


def host_name(config: ClanConfig, name: str) -> str:
    """`networking.hostName`: the machine's name, unless its own modules say otherwise."""
    machines = config.evaluator.force(config.value.get("machines"))
    merged = machines.get(name) if isinstance(machines, Attrs) else None
    definitions = module_definitions(config, name, merged, frozenset(config.machine_folders))
    try:
        analysis = analyse(config.evaluator, name, definitions, root=config.root, special=config.special_arguments())
    except DiagnosticError:
        return name
    return analysis.host_name or name


def _tree(text: str, known: dict[str, Any]) -> OpenAttrs:
    inside = {key: _tree(f"{text}.{key}", value) if isinstance(value, dict) else value for key, value in known.items()}
    return OpenAttrs(inside, text=text, reason=_REASON)
