"""Servers come before their clients; machines that need each other are one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from clanback.cli.install_order import WAY_OUT
from clanback.plan.install_order import Step, install_order
from clanback.services import plan
from tests.services.clans import clan, instance, machine, state

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

NAMES = "abcdef"


def order_of(pairs: Iterable[tuple[str, str]]) -> tuple[Step, ...]:
    """The order for machines of which the first of each pair saves to the second."""
    instances = [
        instance("borgbackup", f"i{number}", client={client: {}}, server={server: {}})
        for number, (client, server) in enumerate(pairs)
    ]
    machines = [machine(name, state("data", "/data")) for name in NAMES]
    return install_order(plan(clan(machines, *instances)))


def names(steps: Iterable[Step]) -> list[str]:
    return ["".join(step.machines) for step in steps]


def test_a_server_comes_before_its_clients() -> None:
    assert names(order_of([("a", "f"), ("b", "a")])) == ["c", "d", "e", "f", "a", "b"]


def test_a_step_tells_why() -> None:
    steps = {step.machines: step for step in order_of([("a", "f"), ("b", "f")])}
    assert steps["f",].serves == {"f": ("a", "b")}
    assert steps["a",].needs == {"a": ("f",)}


def test_machines_that_save_to_each_other_are_one_step() -> None:
    assert names(order_of([("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")])) == ["abc", "d", "e", "f"]


def test_who_saves_to_itself_needs_nobody() -> None:
    assert names(order_of([("a", "a")])) == list(NAMES)


@given(st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))))
def test_every_machine_comes_once_and_after_what_it_needs(pairs: set[tuple[str, str]]) -> None:
    steps = order_of(sorted(pairs))
    assert sorted("".join(names(steps))) == list(NAMES)
    place = {name: number for number, step in enumerate(steps) for name in step.machines}
    for client, server in pairs:
        assert place[server] <= place[client]
    for step in steps:  # a step of several is a real cycle: each reaches each
        for start in step.machines:
            reached, before = {start}, 0
            while len(reached) > before:
                before = len(reached)
                reached |= {server for client, server in pairs if client in reached}
            assert set(step.machines) <= reached


def test_a_long_chain_is_no_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from clanback.cli import main

    machines = "\n".join(f"inventory.machines.m{n} = {{ }};" for n in range(300))
    instances = "\n".join(
        f'inventory.instances.i{n} = {{ module.name = "borgbackup"; roles.client.machines.m{n} = {{ }}; '
        f"roles.server.machines.m{n + 1} = {{ }}; }};"
        for n in range(299)
    )
    (tmp_path / "clan.nix").write_text(f'{{ meta.name = "x"; {machines}\n{instances} }}')
    main(["--clan", str(tmp_path), "install-order"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("  ") and line[2].isdigit()] == [
        f"m{n}" for n in range(299, -1, -1)
    ]


def test_the_command_names_the_way_out_of_a_cycle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from clanback.cli import main

    (tmp_path / "clan.nix").write_text("""{
      meta.name = "x";
      machines.a.clan.core.state.data.folders = [ "/a" ];
      machines.b.clan.core.state.data.folders = [ "/b" ];
      inventory.instances.borgbackup.roles.client.machines = { a = { }; b = { }; };
      inventory.instances.borgbackup.roles.server.machines = { a = { }; b = { }; };
    }""")
    assert main(["--clan", str(tmp_path), "install-order"]) == 0
    out = capsys.readouterr().out
    assert WAY_OUT in out
    assert main(["--clan", str(tmp_path), "install-order", "--json"]) == 0
    assert '"cycle": true' in capsys.readouterr().out
