"""What a rendered machine is: its modules evaluated with our own evaluator and a small stand-in for NixOS (`nixos/`)."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = os.path.dirname(os.path.abspath(__file__))


@attrs.frozen
class Secret:
    """A secret file that the machine needs, and whom it belongs to there."""

    generator: str
    name: str
    share: bool
    path: str
    owner: str
    group: str
    mode: str


@attrs.frozen
class System:
    """A machine as NixOS would build it. `store` holds the texts of its store, `units` are in the words of `system.nix`."""

    name: str
    commands: Mapping[str, str]
    store: Mapping[str, str]
    etc: Mapping[str, str]
    units: Mapping[str, Any]
    timers: Mapping[str, Any]
    tmpfiles: tuple[str, ...]
    repositories: tuple[Mapping[str, str], ...]
    users: Mapping[str, Any]
    sshd: Mapping[str, Any]
    known_hosts: tuple[Mapping[str, Any], ...]
    secrets: tuple[Secret, ...]
    state: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]


def system_of(rendered: str, module: str = "{ }") -> System:
    """Evaluate the folder of one rendered machine; `module` is a NixOS module, as text, that a test adds.

    Raises EvalError where the modules cannot be evaluated.
    """
    from clanback import nix

    evaluator = nix.Evaluator("/", allow_outside=True)
    where = nix.to_nix(HERE), nix.to_nix(os.path.abspath(rendered))
    arguments = f"{{ inherit lib; machine = /. + {where[1]}; module = {module}; }}"
    text = f"builtins.toJSON (import (/. + {where[0]} + /nixos/system.nix) {arguments})"
    said = json.loads(str(evaluator.evaluate(nix.parse(text, scope=("lib",)), {"lib": evaluator.lib})))
    return System(
        name=said["hostName"],
        commands=said["commands"],
        store={**evaluator.paths.written, **_copied(evaluator.paths.copied)},
        etc=said["etc"],
        units=said["units"],
        timers=said["timers"],
        tmpfiles=tuple(said["tmpfiles"]),
        repositories=tuple(said["repositories"]),
        users=said["users"],
        sshd=said["sshd"],
        known_hosts=tuple(said["knownHosts"]),
        secrets=tuple(Secret(**secret) for secret in said["secrets"]),
        state={name: tuple(folders) for name, folders in said["directories"].items()},
        warnings=tuple(said["warnings"]),
    )


def _copied(sources: Mapping[str, str]) -> dict[str, str]:
    """The texts of what Nix would have copied to the store: single files, and folders of files."""
    texts = {}
    for place, source in sources.items():
        inside = [(f"{place}/{name}", f"{source}/{name}") for name in os.listdir(source)] if os.path.isdir(source) else []
        for path, original in inside or [(place, source)]:
            if os.path.isfile(original):
                with open(original, encoding="utf-8", errors="surrogateescape") as file:
                    texts[path] = file.read()
    return texts
