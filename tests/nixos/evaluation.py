"""Render clans and let real Nix say what the modules mean, with the stand-in for NixOS that lies beside this file."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clanback import inventory, render, services
from clanback.render import literals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.plan.model import Plan

HERE = Path(__file__).resolve().parent


def planned(clan: Path, *, compat: str | None = None) -> tuple[Plan, str]:
    """The plan of a clan, and the root of its repository."""
    config = inventory.load(str(clan), compat=compat)
    return services.plan(inventory.resolve(config, services.INTERFACES), compat=compat), config.root


def rendered(clan: Path, *, compat: str | None = None, out: str = "generated", secrets: str = "upload") -> Path:
    """Render a clan into `out` of its repository; the folder."""
    plan, root = planned(clan, compat=compat)
    folder = Path(root) / out
    texts = render.render(plan, compat=compat, out_relative=out, secrets=secrets)
    render.write(str(folder), texts, render.variable_inputs(plan, root), root=root)
    return folder


def lay_down_public_keys(root: Path, expected: Mapping[str, Any]) -> None:
    """Public values as tests/cases/README.md wants them: `ssh-ed25519 FAKE:<machine|shared>:<generator>:<file>`."""
    for machine, options in expected["nixos"].items():
        for generator, facts in options.get("generators", {}).items():
            for file, properties in facts["files"].items():
                if not properties["secret"]:
                    owner = "shared" if facts["share"] else machine
                    placement = "shared" if facts["share"] else f"per-machine/{machine}"
                    value = root / "vars" / placement / generator / file / "value"
                    value.parent.mkdir(parents=True, exist_ok=True)
                    value.write_text(f"ssh-ed25519 FAKE:{owner}:{generator}:{file}\n")


def evaluate(expression: str, *, store: Path | None = None) -> Any:
    """The JSON of a Nix expression, computed by real Nix; `nixos` is the stand-in. With `store`, files may be written there."""
    command = ["nix-instantiate", "--eval", "--strict", "--json", "--show-trace"]
    environment = {**os.environ}
    if store is not None:
        command.append("--read-write-mode")
        environment |= {
            "NIX_REMOTE": "",
            "NIX_STORE_DIR": f"{store}/store",
            "NIX_STATE_DIR": f"{store}/var",
            "NIX_LOG_DIR": f"{store}/log",
        }
    command += ["-E", f"let nixos = import {HERE}/facts.nix; in {expression}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, f"{done.stderr[:3000]}\n…\n{done.stderr[-3000:]}"
    return json.loads(done.stdout)


def facts_of(clans: Mapping[str, Path]) -> dict[str, dict[str, Any]]:
    """What every machine of every rendered clan is, as `expected.json` has it under `nixos`. One run of Nix for all."""
    listed = "".join(f"{literals.name(name)} = {literals.path(str(folder / 'default.nix'))};" for name, folder in clans.items())
    return evaluate(f"(nixos {{ clans = {{ {listed} }}; }}).facts")  # type: ignore[no-any-return]


def normalised(value: Any) -> Any:
    """Store paths without their hash, as `expected.json` has them."""
    if isinstance(value, str):
        return re.sub(r"/nix/store/[0-9a-z]{32}-", "/nix/store/…-", value)
    if isinstance(value, list):
        return [normalised(item) for item in value]
    if isinstance(value, dict):
        return {name: normalised(item) for name, item in value.items()}
    return value
