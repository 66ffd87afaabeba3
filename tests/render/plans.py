"""Plans made by hand, for tests of rendering that need no clan.nix."""

from __future__ import annotations

import attrs

from clanback.inventory.model import MachineModules, Meta, ModulePart, Place, RepositoryPath
from clanback.plan.model import (
    Generator,
    GeneratorFile,
    HostKey,
    Job,
    KnownHost,
    MachinePlan,
    Plan,
    PublicValue,
    Repository,
    Retention,
    SecretRef,
    Sshd,
    User,
)

PLACE = Place("clan.nix", 12, 3, 12, 9)


def secret(generator: str, file: str) -> SecretRef:
    return SecretRef(generator, file, f"/run/secrets/vars/per-machine/a/{generator}/{file}")


def job(name: str = "srv", **changes: object) -> Job:
    made = Job(
        name=name,
        instance="borgbackup",
        machine="a",
        server=name,
        repo=f"borg@{name}:.",
        rsh="ssh -i /run/key",
        paths=("/d",),
        unknown_paths=(),
        exclude=("*.bak",),
        start_at="*-*-* 01:00:00",
        compression="auto,zstd",
        prune=Retention(),
        archive_base_name=f"a-{name}",
        key=secret("borgbackup", "borgbackup.ssh"),
        passphrase=secret("borgbackup", "borgbackup.repokey"),
        start_delay_seconds=300,
        prune_prefix=f"a-{name}-[0-9]",
        place=PLACE,
    )
    return attrs.evolve(made, **changes)


def machine(name: str, **changes: object) -> MachinePlan:
    made = MachinePlan(
        name=name,
        machine_class="nixos",
        tags=("all",),
        target_host=None,
        jobs={},
        repos={},
        state={},
        state_complete=True,
        tmpfiles=(),
        users={},
        mutable_users=None,
        sshd=None,
        known_hosts=(),
        generators={},
        modules=MachineModules(),
    )
    return attrs.evolve(made, **changes)


def client(name: str = "a", **changes: object) -> MachinePlan:
    state = ModulePart(('{\n  clan.core.state.docs.folders = [ "/d" ];\n}',), PLACE)
    made = machine(
        name,
        target_host="root@a",
        jobs={"srv": job()},
        modules=MachineModules(state=(state,), rest=(ModulePart((RepositoryPath("modules/x.nix"),), PLACE),)),
        generators={
            "borgbackup": Generator(
                "borgbackup", False, (GeneratorFile("borgbackup.ssh", True), GeneratorFile("borgbackup.ssh.pub", False))
            )
        },
        ssh_server=True,
        backup_provider=True,
    )
    return attrs.evolve(made, **changes)


def server(name: str = "srv", **changes: object) -> MachinePlan:
    key = PublicValue("per-machine/a/borgbackup/borgbackup.ssh.pub", "ssh-ed25519 AAAA\n")
    made = machine(
        name, repos={"a": Repository("a", "borgbackup", "/var/lib/borgbackup/a", (key,), place=PLACE)}, ssh_server=True
    )
    return attrs.evolve(made, **changes)


def full() -> MachinePlan:
    """A machine that has something of everything, with no public value there yet."""
    missing = PublicValue("per-machine/full/openssh-cert/ssh.id_ed25519-cert.pub", None)
    return client(
        "full",
        repos={
            "a": Repository("a", "borgbackup", "/srv/a b", (PublicValue("per-machine/a/borgbackup/borgbackup.ssh.pub", None),))
        },
        users={
            "alice": User(
                "alice",
                "user-alice",
                True,
                ("wheel", "video"),
                ("ssh-ed25519 AAAA alice",),
                (),
                secret("user-password-alice", "hash"),
            )
        },
        mutable_users=False,
        sshd=Sshd(
            (HostKey("ed25519", secret("openssh", "ssh.id_ed25519")),),
            missing,
            root_keys=(PublicValue("per-machine/full/k/p", None),),
        ),
        known_hosts=(KnownHost("ssh-ca", (), ("*.x",), True, PublicValue("shared/openssh-ca/id_ed25519.pub", None)),),
    )


def plan(*machines: MachinePlan, compat: str | None = None) -> Plan:
    return Plan(Meta("test"), {made.name: made for made in machines or (client(), server())}, compat)
