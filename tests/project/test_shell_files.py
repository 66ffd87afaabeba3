"""Every shell file of the repository is held by shellcheck, whoever adds it and wherever: found by its name or its first line.

Templates (`*.sh.j2`) are held as they are rendered: tests/render/test_templates.py.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SHEBANG = re.compile(rb"#! ?\S*(/|env )(ba|da|k|z)?sh\b")
NOT_OURS = {"__pycache__", "node_modules", "build", "dist"}


def shell_files(top: Path) -> Iterator[Path]:
    """Files of the repository that are shell; what begins with a dot is somebody's tool, but for `.ci`."""
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name == ".ci" or not (name.startswith(".") or name in NOT_OURS)]
        for name in names:
            path = Path(folder, name)
            if name.endswith((".sh", ".bash")) or (path.is_file() and SHEBANG.match(path.open("rb").readline(80))):
                yield path


def complaints(path: Path) -> str:
    done = subprocess.run(["shellcheck", "--external-sources", path], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_they_are_found() -> None:
    found = {str(path.relative_to(REPOSITORY)) for path in shell_files(REPOSITORY)}
    assert found >= {"scripts/system_packages.sh", "clanback/demo/programs/boot.sh", "clanback/demo/programs/enter.sh"}
    assert not (REPOSITORY / ".ci/run").exists() or ".ci/run" in found


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed (scripts/system_packages.sh)")
class TestShellcheck:
    @pytest.mark.parametrize(
        "path", [pytest.param(path, id=str(path.relative_to(REPOSITORY))) for path in shell_files(REPOSITORY)]
    )
    def test_finds_nothing(self, path: Path) -> None:
        assert complaints(path) == ""

    def test_would_find_something(self, tmp_path: Path) -> None:
        for name, text in (("a.sh", "#!/bin/sh\nrm -r $1\n"), ("b.sh", "echo\n"), ("c", "#!/usr/bin/env bash\ncd $HOME\n")):
            (tmp_path / name).write_text(text)
        found = sorted(shell_files(tmp_path))
        assert [path.name for path in found] == ["a.sh", "b.sh", "c"]
        assert all("SC" in complaints(path) for path in found)
