"""Where folders and repositories lie, and patterns that leave something out, or nothing."""

from __future__ import annotations

import json
import random
import subprocess
from typing import Any

import pytest

from clanback import checks
from clanback.checks.patterns import problem
from clanback.services import plan
from tests.checks.test_connections import borgs_python
from tests.services.clans import clan, instance, machine, state

PATTERNS = """
import json, sys
from borg.patterns import FnmatchPattern, parse_pattern
def taken(text):
    try:
        parse_pattern(text, FnmatchPattern)
    except Exception:
        return False
    return True
json.dump([taken(text) for text in json.load(sys.stdin)], sys.stdout)
"""


def found(*folders: str, client: dict[str, Any] | None = None, server: dict[str, Any] | None = None, on: str = "a") -> list[str]:
    borg = instance("borgbackup", client={"a": client or {}, on: client or {}}, server={"srv": server or {}})
    machines = {"a": machine("a", state("base", "/docs")), "srv": machine("srv")}
    machines[on] = machine(on, state("docs", *folders))
    inventory = clan(list(machines.values()), borg)
    told = checks.check(inventory, plan(inventory))
    return [one.code for one in told if one.code in ("CB433", "CB434", "CB435", "CB436", "CB446", "CB447", "CB457")]


@pytest.mark.parametrize(
    "folders", [("/home",), ("/var/lib/x", "/var/lib/y"), ("/runner", "/tmpx", "/devices", "/nix/var"), ("/var/log",)]
)
def test_folders_that_last(folders: tuple[str, ...]) -> None:
    assert found(*folders) == []


@pytest.mark.parametrize("folder", ["/tmp", "/tmp/x", "/var/tmp/x", "/run/x", "/dev/shm/x", "//run/", "/var/run/x"])
def test_folders_that_do_not_last(folder: str) -> None:
    assert "CB433" in found(folder)


@pytest.mark.parametrize("folder", ["/proc", "/sys/x", "/dev/sda", "/nix/store", "/"])
def test_folders_with_nothing_to_save(folder: str) -> None:
    assert found(folder) == ["CB457"]


def test_all_may_be_saved_without_what_the_kernel_shows() -> None:
    assert found("/", client={"exclude": ["/proc", "/sys", "/dev", "/run", "/nix"]}) == []


def test_folders_in_folders() -> None:
    assert found("/home", "/home/alice") == ["CB435"]
    assert found("/home", "/homes") == []
    assert found("/home", "/home/") == []


def test_folders_among_the_repositories() -> None:
    assert found("/var/lib/borgbackup/notes", on="srv") == ["CB436"]
    assert found("/var/lib/notes", on="srv") == []


@pytest.mark.parametrize("directory", ["/tmp/x", "/run/backups"])
def test_repositories_that_do_not_last(directory: str) -> None:
    assert found("/home", server={"directory": directory}) == ["CB434"]
    destination = {"destinations": {"box": {"name": "box", "repo": directory, "rsh": None}}}
    assert found("/home", client=destination) == ["CB434"]


@pytest.mark.parametrize(
    ("pattern", "code"), [("/var/cache", "CB447"), ("pp:/srv", "CB447"), ("xx:/home", "CB446"), ("re:(", "CB446")]
)
def test_patterns_that_are_wrong(pattern: str, code: str) -> None:
    assert found("/home", client={"exclude": [pattern]}) == [code]


@pytest.mark.parametrize("pattern", ["/home/*/.cache", "*.tmp", "re:\\.o$", "sh:/home/**/x", "/ho*/x", "pp:home/x", "/*/x"])
def test_patterns_that_are_right(pattern: str) -> None:
    assert found("/home", client={"exclude": [pattern]}) == []


@pytest.mark.skipif(borgs_python() is None, reason="no borg written in Python is installed")
def test_patterns_are_judged_as_borg_judges_them() -> None:
    luck = random.Random(1)
    pieces = ["re:", "fm:", "sh:", "pp:", "pf:", "xx:", *"a()[]*\\/?:+", "{1}", "é:", "12:"]
    texts = sorted({"".join(luck.choice(pieces) for _ in range(luck.randint(0, 6))) for _ in range(2000)})
    python = borgs_python()
    assert python is not None
    told = subprocess.run(
        [python, "-W", "ignore", "-c", PATTERNS], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    real = json.loads(told.stdout)
    assert not all(real)
    assert [text for text, taken in zip(texts, real, strict=True) if (problem(text) is None) != taken] == []
