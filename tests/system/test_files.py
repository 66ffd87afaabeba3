"""Files are replaced whole or not at all, and locks keep two runs apart."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from clanback.diagnostics import DiagnosticError, error
from clanback.system import files
from clanback.system.locks import locked


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_with_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    files.replace(str(path), b"old")
    files.replace(str(path), b"new", mode=0o400)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert names(path.parent) == ["file"]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("untouched")
    (tmp_path / "link").symlink_to(target)
    files.replace(str(tmp_path / "link"), b"new")
    assert (target.read_text(), (tmp_path / "link").read_text()) == ("untouched", "new")


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    monkeypatch.setattr(os, "rename", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        files.replace(str(path), b"new")
    assert (path.read_text(), names(tmp_path)) == ("old", ["file"])


def test_leftovers_of_killed_runs_are_known(tmp_path: Path) -> None:
    for name in (".file.clanback-12", ".file.clanback-x", "file.clanback-12", "file"):
        (tmp_path / name).touch()
    files.clear_leftovers(str(tmp_path))
    assert names(tmp_path) == [".file.clanback-x", "file", "file.clanback-12"]


def test_a_lock_keeps_others_out_and_is_given_back(tmp_path: Path) -> None:
    busy = error("CB603", "busy", help="wait")
    waits: list[bool] = []
    another = locked(str(tmp_path), busy, seconds=0.05, on_wait=lambda: waits.append(True))
    with locked(str(tmp_path), busy), pytest.raises(DiagnosticError, match="busy"), another:
        raise AssertionError
    assert waits == [True]
    with locked(str(tmp_path), busy, seconds=0):
        pass
