"""From a plan to the texts of all files. Pure: nothing is read or written here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.render.accounts import render_sshd, render_users
from clanback.render.borgbackup import SHARED_FILE, is_client, render_borgbackup, render_program, render_shared
from clanback.render.modules import render_modules
from clanback.render.runtime import render_template
from clanback.render.secret_files import MODULE as SECRET_FILES
from clanback.render.secret_files import gets_secrets, render_secret_files
from clanback.render.values import Location
from clanback.render.variables import render_secrets

if TYPE_CHECKING:
    from clanback.plan.model import MachinePlan, Plan

OPTIONS_FILE = "options.nix"
VARIABLES_FILE = "variables.nix"
_OWN = ("state.nix", "tmpfiles.nix", "machine.nix")
_SERVICES = ("borgbackup.nix", "sshd.nix", "users.nix", "secrets.nix")


def render(
    plan: Plan,
    *,
    compat: str | None = None,
    secrets: str = "upload",
    standalone: bool = True,
    out_relative: str | None = "generated",
    root: str | None = None,
) -> dict[str, str]:
    """The files of a plan: paths relative to the output folder, `/` separated, and their texts.

    `compat="clan-core"` gives jobs clan-core's values and hooks; it must be what the plan was made with. `standalone=False`
    leaves out the declarations of clan-core's options, for systems that import clan-core. `out_relative` is the output
    folder relative to the repository's root; None means that it lies outside, and files of the repository are then named by
    absolute paths below `root`. `secrets` is the way that secrets take to the machines: `upload`, `agenix`, `sops-nix`, or `clan`
    (clan-core deploys them, and only their paths are rendered; so it is wherever `standalone` is False).
    """
    deployed_by_us = standalone and secrets != "clan"
    to_root = _to_root(out_relative, root)
    texts: dict[str, str] = {}
    for name, machine in plan.machines.items():
        inside = to_root if to_root.startswith("/") else f"../{to_root}"
        files = _machine(
            machine,
            Location(name, inside),
            compat=compat is not None,
            standalone=standalone,
            lays_down=deployed_by_us and gets_secrets(machine),
        )
        texts.update((f"{name}/{file}", text) for file, text in files.items())
    if any(is_client(machine) for machine in plan.machines.values()):
        texts[SHARED_FILE] = render_shared(compat=compat is not None)
    if deployed_by_us and any(gets_secrets(machine) for machine in plan.machines.values()):
        texts[SECRET_FILES] = render_secret_files(secrets)
    if any(is_client(machine) or machine.repos for machine in plan.machines.values()):
        texts.update(render_program())
    if any(f"(import ../{VARIABLES_FILE})" in text for text in texts.values()):
        texts[VARIABLES_FILE] = render_template(VARIABLES_FILE, folder=f"{to_root}/vars" if to_root != "." else "./vars")
    if standalone and plan.machines:
        texts[OPTIONS_FILE] = render_template(OPTIONS_FILE, root=to_root)
    machines = [{"name": name, "path": f"./{name}"} for name in sorted(plan.machines)]
    texts["default.nix"] = render_template("default.nix", machines=machines)
    return texts


def _to_root(out_relative: str | None, root: str | None) -> str:
    if out_relative is None:
        assert root is not None, "an output folder outside the repository needs the repository's root"
        return root
    depth = len([part for part in out_relative.split("/") if part not in {"", "."}])
    return "/".join([".."] * depth) or "."


def _machine(machine: MachinePlan, location: Location, *, compat: bool, standalone: bool, lays_down: bool) -> dict[str, str]:
    texts: dict[str, str | None] = dict(render_modules(machine, location, compat=compat))
    texts["borgbackup.nix"] = render_borgbackup(machine, location, compat=compat)
    texts["sshd.nix"] = render_sshd(machine, location)
    texts["users.nix"] = render_users(machine, location)
    if standalone:
        texts["secrets.nix"] = render_secrets(machine)
    written: dict[str, str] = {name: text for name, text in texts.items() if text is not None}
    written["default.nix"] = render_template(
        "machine_default.nix",
        machine=machine.name,
        options=f"../{OPTIONS_FILE}",
        own=[f"./{name}" for name in _OWN if name in written],
        services=[f"./{name}" for name in _SERVICES if name in written] + ([f"../{SECRET_FILES}"] if lays_down else []),
        compat=compat,
        standalone=standalone,
        target_host=machine.target_host,
    )
    return written
