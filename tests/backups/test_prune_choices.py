"""What a prune from the operator's computer removes: by a real Borg, on repositories with every trap that somebody may lay."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from clanback.backups.salvage import borg
from clanback.backups.salvage.pruning import chosen
from clanback.diagnostics import DiagnosticError

pytestmark = pytest.mark.skipif(shutil.which("borg") is None, reason="not installed: borg (scripts/system_packages.sh)")

OLD = ["2025-01-01T00:00:00", "2025-01-02T00:00:00"]
FUTURE = ["2097-01-01T00:00:00", "2098-01-01T00:00:00"]


def repository_of(folder: Path, names: list[tuple[str, str]]) -> borg.Repository:
    environment = {**os.environ, "BORG_PASSPHRASE": "x", "BORG_BASE_DIR": str(folder), "BORG_REPO": str(folder / "repository")}
    (folder / "file").write_text("content")
    for words in (
        ["init", "--encryption", "repokey"],
        *(["create", "--timestamp", time, f"::{name}", "file"] for name, time in names),
    ):
        subprocess.run(["borg", *words], env=environment, cwd=folder, check=True, capture_output=True)
    ours = {"BORG_BASE_DIR": str(folder), "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes", "BORG_EXIT_CODES": "legacy"}
    return borg.Repository(str(folder / "repository"), ours, b"x\n", "the repository")


def gone(repository: borg.Repository, base: str = "laptop-box", **keep: object) -> set[str]:
    job = SimpleNamespace(name="box", machine="laptop", archive_base_name=base, prune=SimpleNamespace(keep=keep))
    archives = borg.archives(repository)
    arguments, going = chosen(cast("Any", job), repository, archives)
    borg.run(repository, "prune", *arguments)
    left = {one.name for one in borg.archives(repository)}
    assert {one.name for one in archives if one.identity in going} == {one.name for one in archives} - left
    return {one.name for one in archives} - left


def test_names_that_look_like_the_jobs_are_left_alone(tmp_path: Path) -> None:
    strange = ["laptop-box-more-", "laptop-boxer-", "laptop-", "xlaptop-box-", "-keep-last=0-laptop-box-", "*", "sh:laptop-box-"]
    names = [(f"laptop-box-{time}", time) for time in OLD] + [(name + OLD[0], OLD[0]) for name in strange]
    names += [(f"laptop-box-{OLD[0]}{end}", OLD[0]) for end in (".failed", ".checkpoint.1", "\n", "0")]
    assert gone(repository_of(tmp_path, names), within="1H", daily=0) == {f"laptop-box-{OLD[0]}"}


def test_a_base_that_is_a_pattern_removes_nothing_of_others(tmp_path: Path) -> None:
    names = [(f"{base}-{time}", time) for base in ("laptop-*", "laptop-box") for time in OLD]
    with pytest.raises(DiagnosticError, match="archives of others would go"):
        gone(repository_of(tmp_path, names), "laptop-*", within="1H", daily=0)


def test_archives_of_the_future_do_not_push_out_the_newest_good_one(tmp_path: Path) -> None:
    repository = repository_of(tmp_path, [(f"laptop-box-{time}", time) for time in (*OLD, *FUTURE)])
    with pytest.raises(DiagnosticError, match="the newest archive that is not dated after now, would not stay"):
        gone(repository, daily=1)
    assert gone(repository, daily=3) == {f"laptop-box-{OLD[0]}"}
    assert gone(repository, within="1H") == set()


@pytest.mark.parametrize("keep", [{"daily": 0}, {"daily": "x"}, {"within": "0H"}])
def test_nonsense_removes_nothing(tmp_path: Path, keep: dict[str, object]) -> None:
    repository = repository_of(tmp_path, [(f"laptop-box-{time}", time) for time in OLD])
    with pytest.raises(DiagnosticError):
        gone(repository, **keep)
    assert len(borg.archives(repository)) == 2
