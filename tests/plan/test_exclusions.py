"""Patterns of exclusions, judged as the real Borg judges them."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from clanback.plan.exclusions import swallows

if TYPE_CHECKING:
    from pathlib import Path

PATTERNS = [
    *("{at}", "{at}/", "{at}/*", "{at}/d", "{at}/d/", "{at}/d/*", "{at}/d/*.tmp", "{at}/*/", "*/d", "*.tmp", "d", "{at}/[a-d]"),
    *("fm:{at}/d", "sh:{at}/d", "sh:{at}/*", "sh:{at}/**", "sh:{at}/d/**/*.tmp", "sh:**/d", "sh:**/d/*", "sh:{at}/?", "sh:**"),
    *("pp:{at}/d", "pp:{at}/d/", "pp:{at}", "pp:{at}/d/f.tmp", "pf:{at}/d", "pf:{at}/d/f.tmp", "re:/d", "re:^nothing", "re:d/"),
    *("{at}/../at/d", "{at}//d", "sh:{at}/[!x]", "{at}/d/f*", "*", "re:(", "xx:{at}/d"),
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("borg") is None:
        pytest.skip("borg is not installed (Debian: borgbackup)")
    folder = tmp_path_factory.mktemp("at", numbered=False)
    (folder / "d/sub").mkdir(parents=True)
    for name in ("f.tmp", "g", "sub/h"):
        (folder / "d" / name).write_text("x")
    (folder / "other").write_text("x")
    subprocess.run(
        ["borg", "init", "-e", "none", str(folder.parent / "repo")], check=True, capture_output=True, env=environment()
    )
    return folder


def environment() -> dict[str, str]:
    return {**os.environ, "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes", "LC_ALL": "C.UTF-8"}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_swallows_a_folder_where_borg_saves_nothing_of_it(pattern: str, repository: Path) -> None:
    written = pattern.replace("{at}", str(repository))
    folder = f"{repository}/d"
    create = ["borg", "create", "--dry-run", "--list", "--exclude", written, f"{repository.parent}/repo::a", folder]
    done = subprocess.run(create, capture_output=True, text=True, check=False, env=environment())
    saved = [line.removeprefix("- ") for line in done.stderr.splitlines() if line.startswith("- ")]
    refused = done.returncode != 0
    files = [name for name in saved if not name.endswith(("/d", "/d/sub"))]
    assert swallows(written, folder) == (not files and not refused), done.stderr


def test_the_root_itself() -> None:
    assert swallows("/*", "/")
    assert not swallows("/home", "/")
    assert swallows("/home", "/home/alice/")


@pytest.mark.parametrize("pattern", ["/s", "s", "/s/", "*", "/", "/s/*", "pp:/s", "sh:/s", "sh:/**", "fm:/s", "/[rs]", "re:."])
def test_patterns_that_leave_out_all(pattern: str) -> None:
    assert swallows(pattern, "/s/x")


@pytest.mark.parametrize(
    "pattern",
    ["", "/s/x/*.tmp", "/s/y", "*.pyc", "*/.cache", "sh:/s/*/y", "/s/xy", "pp:/s/x/y", "a:b", "sh:**/c", "re:^x", "pf:/s/x/y"],
)
def test_patterns_that_do_not(pattern: str) -> None:
    assert not swallows(pattern, "/s/x")
