"""Every case means what clan-core says it means, and every wrong one is rejected where it is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases import compare

SHARED = Path(os.environ.get("CLANBACK_SHARED", compare.HERE.parents[2] / "shared"))


def test_all_cases_are_here() -> None:
    assert len(compare.names("expected")) + len(compare.names("rejected")) == 54


@pytest.mark.parametrize("name", compare.names("expected"))
def test_means_what_clan_core_says(name: str, tmp_path: Path) -> None:
    _, shown = compare.shown(compare.laid_out(name, tmp_path))
    assert list(compare.differences(compare.facts(name, "expected"), shown)) == []


@pytest.mark.parametrize("name", compare.names("rejected"))
def test_is_rejected_where_it_is_wrong(name: str, tmp_path: Path) -> None:
    status, shown = compare.shown(compare.laid_out(name, tmp_path))
    wrong = compare.facts(name, "rejected")
    places = [(found["line"], found["column"]) for found in shown["diagnostics"] if found["severity"] == "error"]
    assert status == 1
    assert (wrong["line"], wrong["column"]) in places, wrong["why"]


@pytest.mark.parametrize("name", compare.names("rejected"))
def test_nothing_is_written_for_a_wrong_one(name: str, tmp_path: Path) -> None:
    clan = compare.laid_out(name, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    status, _, err = compare.run("--clan", str(clan), "render")
    assert status == 1
    assert "error[CB" in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.skipif(
    not (SHARED / "tools/check_cases.py").exists(), reason="the design's own comparator is not beside this checkout"
)
def test_the_comparator_of_the_design_agrees(tmp_path: Path) -> None:
    program = shutil.which("clanback", path=str(Path(sys.executable).parent))
    assert program is not None, "clanback is not installed beside this Python"
    done = subprocess.run(
        [sys.executable, SHARED / "tools/check_cases.py", "--clanback", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "54 passed, 0 failed", done.stdout
