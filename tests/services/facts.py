"""Between the cases' `expected.json` and our models: an Inventory made of the facts, and the facts that a Plan stands for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clanback.inventory.model import Instance, Inventory, Machine, Meta, Role, StateEntry
from clanback.plan.model import MachinePlan, Plan, PublicValue

HERE = Path(__file__).resolve()
CASES = next(
    (c for c in (HERE.parents[1] / "cases", HERE.parents[3] / "shared" / "cases") if list(c.glob("*.expected.json"))), None
)
assert CASES is not None, "the cases are missing"
EXPECTED = sorted(CASES.glob("*.expected.json"))


def case_name(path: Path) -> str:
    return path.name.removesuffix(".expected.json")


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def unknowable(value: Any) -> bool:
    return isinstance(value, dict) and "__error__" in value


def without_unknowable(value: Any) -> Any:
    if unknowable(value):
        return None
    if isinstance(value, dict):
        return {name: without_unknowable(inner) for name, inner in value.items()}
    return [without_unknowable(inner) for inner in value] if isinstance(value, list) else value


def fake_key(owner: str, generator: str, file: str) -> str:
    """The public keys of the cases; that of `sshd-root-key` too ends with a line end, as ssh-keygen writes it."""
    return f"ssh-ed25519 FAKE:{owner}:{generator}:{file}\n"


def inventory_of(expected: dict[str, Any]) -> Inventory:
    """The Inventory that resolving the case gives, its public values laid down as the cases' README says."""
    machines = {}
    for name, facts in expected["machines"].items():
        nixos = expected["nixos"].get(name, {})
        state = {
            entry: StateEntry(entry, tuple(said.get("folders", ())), (), {k: v for k, v in said.items() if k.endswith("Script")})
            for entry, said in nixos.get("state", {}).items()
        }
        machines[name] = Machine(
            name,
            tuple(facts["tags"]),
            facts["machineClass"],
            facts["targetHost"],
            state=state,
            tmpfiles=tuple(nixos.get("tmpfiles_rules", ())),
        )
    instances = {}
    for name, facts in expected["instances"].items():
        opaque = not facts["service"].startswith("<clan-core>-") or facts["service"] == "<clan-core>-importer"
        roles = {
            role: Role(role, {m: None if opaque else without_unknowable(s) for m, s in members.items()})
            for role, members in facts["roles"].items()
        }
        instances[name] = Instance(name, facts["service"].removeprefix("<clan-core>-"), None, opaque, roles)
    files = {
        "borgbackup": ["borgbackup.ssh.pub"],
        "openssh": ["ssh.id_ed25519.pub"],
        "openssh-rsa": ["ssh.id_rsa.pub"],
        "openssh-cert": ["ssh.id_ed25519-cert.pub"],
        "sshd-root-key": ["id_ed25519.pub"],
    }
    values = {
        f"per-machine/{machine}/{generator}/{file}": fake_key(machine, generator, file)
        for machine in machines
        for generator, names in files.items()
        for file in names
    }
    values["shared/openssh-ca/id_ed25519.pub"] = fake_key("shared", "openssh-ca", "id_ed25519.pub")
    meta = expected["meta"]
    return Inventory(
        "/repository",
        Meta(meta["name"], meta["domain"], meta["description"], meta["icon"], meta["tld"]),
        {tag: tuple(members) for tag, members in expected.get("tags", {}).items()},
        machines,
        instances,
        public_values=values,
    )


def facts_of(plan: Plan) -> dict[str, Any]:
    """What NixOS makes of a plan, in the form of the cases' `nixos`."""
    return {name: _machine(machine) for name, machine in plan.machines.items()}


def _machine(machine: MachinePlan) -> dict[str, Any]:
    sshd = machine.sshd
    users = {
        name: {
            "extraGroups": list(user.groups),
            "hashedPasswordFile": user.hashed_password_file.path if user.hashed_password_file else None,
            "isNormalUser": user.is_normal_user,
            "openssh": {"authorizedKeys": {"keyFiles": list(user.key_files), "keys": [_line(key) for key in user.keys]}},
        }
        for name, user in machine.users.items()
    }
    if sshd is not None and sshd.root_keys:
        nobody = {
            "extraGroups": [],
            "hashedPasswordFile": None,
            "isNormalUser": False,
            "openssh": {"authorizedKeys": {"keyFiles": [], "keys": []}},
        }
        root = users.setdefault("root", nobody)
        root["openssh"]["authorizedKeys"]["keys"] += [_line(key) for key in sshd.root_keys]
    return {
        "backup_providers": (
            {
                "borgbackup": {
                    "create": "borgbackup-create",
                    "list": "borgbackup-list",
                    "name": "borgbackup",
                    "restore": "borgbackup-restore",
                }
            }
            if machine.backup_provider
            else {}
        ),
        "borgbackup": {
            "jobs": {
                name: {
                    "archiveBaseName": job.archive_base_name,
                    "compression": job.compression,
                    "encryption": {"mode": "repokey", "passCommand": f"cat {job.passphrase.path}", "passphrase": None},
                    "environment": {"BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes", "BORG_RSH": job.rsh},
                    "exclude": list(job.exclude),
                    "paths": list(job.paths),
                    "persistentTimer": True,
                    "prune": {
                        "keep": {
                            "daily": job.prune.daily,
                            "monthly": job.prune.monthly,
                            "weekly": job.prune.weekly,
                            "within": job.prune.within,
                        },
                        "prefix": job.prune_prefix,
                    },
                    "repo": job.repo,
                    "startAt": job.start_at,
                }
                for name, job in machine.jobs.items()
            },
            "repos": {
                client: {
                    "authorizedKeys": [key.text for key in repo.authorized_keys],
                    "authorizedKeysAppendOnly": [],
                    "group": "borg",
                    "path": repo.path,
                    "quota": repo.quota,
                    "user": "borg",
                }
                for client, repo in machine.repos.items()
            },
        },
        "generators": {
            name: {
                "dependencies": list(made.dependencies),
                "files": {
                    file.name: {
                        "deploy": file.deploy,
                        "group": file.group,
                        "mode": file.mode,
                        "neededFor": file.needed_for,
                        "owner": file.owner,
                        "secret": file.secret,
                    }
                    for file in made.files
                },
                "prompts": list(made.prompts),
                "share": made.share,
            }
            for name, made in machine.generators.items()
        },
        "known_hosts": {
            host.name: {
                "certAuthority": host.cert_authority,
                "extraHostNames": list(host.extra_host_names),
                "hostNames": list(host.host_names or (host.name, *host.extra_host_names)),
                "publicKey": host.public_key.text,
            }
            for host in machine.known_hosts
        },
        "mutable_users": machine.mutable_users is not False,
        "openssh": _openssh(machine),
        "state": {
            name: {"folders": list(entry.folders), **dict(sorted(entry.hooks.items()))} for name, entry in machine.state.items()
        },
        "tmpfiles_rules": list(machine.tmpfiles),
        "users": users,
    }


def _openssh(machine: MachinePlan) -> dict[str, Any]:
    sshd = machine.sshd
    if sshd is None:
        return {
            "enable": machine.ssh_server,
            "hostKeys": [
                {"bits": 4096, "path": "/etc/ssh/ssh_host_rsa_key", "type": "rsa"},
                {"path": "/etc/ssh/ssh_host_ed25519_key", "type": "ed25519"},
            ],
            "settings": {"PasswordAuthentication": True},
        }
    certificate = {}
    if sshd.certificate is not None:
        certificate["HostCertificate"] = "/nix/store/…-" + sshd.certificate.key.replace("/", "-", 2).replace("/", "_")
    return {
        "enable": machine.ssh_server,
        "hostKeys": [{"path": key.secret.path, "type": key.type} for key in sshd.host_keys],
        "settings": {**certificate, "PasswordAuthentication": sshd.password_authentication},
    }


def _line(key: str | PublicValue) -> str:
    """A key as NixOS keeps it: `types.singleLineStr` takes the line end off."""
    return key if isinstance(key, str) else (key.text or "").removesuffix("\n")
