"""Strings of every kind go through rendering and real Nix unharmed, wherever a plan may hold one."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from clanback.plan.model import PublicValue, Repository, User
from clanback.render import render
from tests.nixos.evaluation import evaluate
from tests.render import plans

if TYPE_CHECKING:
    from pathlib import Path

    from clanback.plan.model import MachinePlan

pytestmark = pytest.mark.nix

SPECIAL = [
    "$",
    "{",
    "}",
    "''",
    '"',
    "\\",
    "\n",
    "\r",
    "\t",
    "${",
    "$${",
    "''${",
    "'",
    "\x01",
    "\x7f",
    "é",
    "😀",
    "\u2028",
    " ",
    "#",
    "*/",
    "-",
]


def strings(count: int, seed: int) -> list[str]:
    """Random strings, full of what means something to Nix."""
    chance = random.Random(seed)

    def piece() -> str:
        if chance.random() < 0.6:
            return chance.choice(SPECIAL)
        return chr(chance.choice([chance.randrange(32, 127), chance.randrange(1, 0xD800), chance.randrange(0xE000, 0x110000)]))

    return ["".join(piece() for _ in range(chance.randrange(12))) for _ in range(count)]


def config_of(machine: MachinePlan, place: Path, expression: str) -> object:
    """A value of `config`, after rendering the machine and evaluating it with real Nix."""
    for name, text in render(plans.plan(machine)).items():
        (place / "generated" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "generated" / name).write_text(text, encoding="utf-8", newline="")
    return evaluate(f"((nixos {{ clans = {{ }}; }}).system {place}/generated/{machine.name}).config.{expression}")


def client(**changes: object) -> MachinePlan:
    state = plans.client().modules.state
    return plans.client(modules=plans.MachineModules(state=state), **changes)


@pytest.mark.slow
def test_100_000_random_strings_survive(tmp_path: Path) -> None:
    texts = strings(100_000, 20261123)
    assert len(set(texts)) > 80_000
    got = config_of(client(jobs={"srv": plans.job(exclude=tuple(texts))}), tmp_path, "services.borgbackup.jobs.srv.exclude")
    assert got == texts


def test_attribute_names_survive(tmp_path: Path) -> None:
    names = sorted({f"x{text}" for text in strings(300, 1)} | {"if", "or", "a.b", "a b", "1", "_", "a'", "let", "__functor"})
    users = {name: User(name, "i", True, (name,)) for name in names}
    got = config_of(plans.machine("a", users=users), tmp_path, "users.users")
    assert isinstance(got, dict)
    assert {name: facts["extraGroups"] for name, facts in got.items()} == {name: [name] for name in names}


def test_every_string_of_a_job_survives(tmp_path: Path) -> None:
    nasty = "${x} ''${y}'' \"z\" \\ \n $${a} '"
    job = plans.job(repo=nasty, rsh=nasty, start_at=nasty, prune_prefix=nasty, exclude=(nasty,))
    machine = client(jobs={"srv": job})
    for option in ("repo", "environment.BORG_RSH", "startAt", "prune.prefix"):
        assert config_of(machine, tmp_path, f"services.borgbackup.jobs.srv.{option}") == nasty


def test_public_values_survive(tmp_path: Path) -> None:
    nasty = "ssh-ed25519 ${x} \"y\" ''z\\\n"
    repository = Repository("a", "i", "/srv/a b", (PublicValue("per-machine/a/g/f", nasty),))
    got = config_of(plans.server("s", repos={"a": repository}), tmp_path, "services.borgbackup.repos.a.authorizedKeys")
    assert got == [nasty]


def test_names_of_machines_and_places_cannot_leave_a_comment(tmp_path: Path) -> None:
    place = plans.Place("x\n}; throw ''\n", 1, 1, 1, 2)
    machine = plans.machine("a", target_host="h\n}; x")
    text = render(plans.plan(plans.client(jobs={"srv": plans.job(place=place)}), machine))["a/default.nix"]
    assert '"h\\n}; x"' in text
    comments = [
        line
        for line in render(plans.plan(client(jobs={"srv": plans.job(place=place)})))["a/borgbackup.nix"].splitlines()
        if "throw" in line
    ]
    assert comments == [line for line in comments if line.lstrip().startswith("# x\\n}; throw")]
    assert comments
