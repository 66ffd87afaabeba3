"""What `clanback explain CODE` shows of codes that no piece of a `clan.nix` causes is what clanback really prints.

`make golden` writes `clanback/checks/codes/consoles.txt` anew.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clanback.checks import registry
from clanback.diagnostics import error
from clanback.system.locks import locked
from tests.checks import looks_of_files, looks_of_machines, looks_of_secrets
from tests.checks.desk import Desk

CONSOLES = Path(registry.__file__).parent / "codes/consoles.txt"
LOOKS = {**looks_of_files.LOOKS, **looks_of_machines.LOOKS}
WITHOUT = {
    "CB020": "only whoever uses clanback.nix as a library can have it",
    "CB021": "the same",
    "CB024": "the same",
    "CB140": "values that cannot be written out are found earlier, with a place",
    "CB180": "where something must be known, CB206 says so with more words",
    "CB194": "takes a minute",
    "CB604": "values that no text can hold do not get through the evaluator",
    "CB622": "all modules that we could think of are carried along",
}
"""Codes without any example, and why."""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a clan in which everything was generated."""
    place = tmp_path_factory.mktemp("generated")
    looks_of_secrets.generate(Desk(place))
    return place


def compared(code: str, text: str, update: bool) -> None:
    assert f"[{code}]" in text
    if update:
        with locked(str(CONSOLES.parent), error("CB603", "somebody else writes them")):
            registry.consoles.cache_clear()
            known = {**registry.consoles(), code: text}
            CONSOLES.write_text("".join(f"--- {one}\n{known[one]}\n" for one in sorted(known)))
        registry.consoles.cache_clear()
        return
    assert text == registry.consoles().get(code)


@pytest.mark.parametrize("code", sorted(LOOKS))
def test_a_code_looks_like_that(code: str, tmp_path: Path, update_golden: bool) -> None:
    if code in ("CB490", "CB491", "CB492", "CB493") and shutil.which("git") is None:
        pytest.skip("git is not installed")
    compared(code, LOOKS[code](Desk(tmp_path)), update_golden)


@pytest.mark.parametrize("code", sorted(looks_of_secrets.LOOKS))
def test_a_code_about_secrets_looks_like_that(code: str, generated: Path, tmp_path: Path, update_golden: bool) -> None:
    if code == "CB517" and shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    shutil.copytree(generated, tmp_path / "place", symlinks=True)
    compared(code, looks_of_secrets.LOOKS[code](Desk(tmp_path / "place")), update_golden)


def test_every_code_has_an_example_of_one_kind() -> None:
    assert sorted(registry.consoles()) == sorted({**LOOKS, **looks_of_secrets.LOOKS})
    without = {code.code for code in registry.every() if not code.bad and not code.console}
    assert without == set(WITHOUT)
    assert [code.code for code in registry.every() if code.bad and code.console] == []
