"""The work grows with the number of machines, not with its square: counted in calls, because time depends on the computer."""

from __future__ import annotations

import sys

import pytest

from tests.inventory.clans import resolved


def calls(machines: int, *, flat: bool) -> int:
    """How many Python functions run while a clan of so many machines is loaded and resolved."""
    names = [f"m{number}" for number in range(machines)]
    modules = [(name, f'clan.core.state.s.folders = [ "/{name}" ];') for name in names]
    in_one_set = f"machines = {{ {' '.join(f'{name} = {{ {module} }};' for name, module in modules)} }};"
    one_by_one = " ".join(f"machines.{name}.{module}" for name, module in modules)
    text = f"""{{
      meta.name = "x";
      inventory.machines = {{ {" ".join(f'{name} = {{ tags = [ "t{i % 7}" ]; }};' for i, name in enumerate(names))} }};
      inventory.tags.most = [ {" ".join(f'"{name}"' for name in names[:-1])} ];
      inventory.instances.borgbackup.roles = {{
        client = {{
          tags.all.settings.exclude = [ "a" ]; tags.most = {{ }}; tags.t1.settings.exclude = [ "b" ]; settings.startAt = "1";
        }};
        server.machines.m0 = {{ }};
      }};
      {one_by_one if flat else in_one_set}
    }}"""
    count = 0

    def count_call(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(count_call)
    try:
        found = resolved(text)
    finally:
        sys.setprofile(None)
    assert found.codes == []
    assert len(found.members("borgbackup", "client")) == machines
    return count


@pytest.mark.parametrize("flat", [False, True], ids=["machines in one set", "a statement for each machine"])
def test_twice_the_machines_are_twice_the_work(flat: bool) -> None:
    calls(20, flat=flat)  # imports and the like happen once
    few, many, more = (calls(machines, flat=flat) for machines in (20, 100, 180))
    assert (more - many) <= 1.1 * (many - few)
