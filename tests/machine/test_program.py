"""The program as rendered is as clean as the rest of our code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clanback.render.borgbackup import PROGRAM_FOLDER, render_program


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("program")
    for name, text in render_program().items():
        if name.startswith(PROGRAM_FOLDER):
            (folder / Path(name).name).write_text(text)
    return folder


def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *map(str, words)], capture_output=True, text=True, cwd=cwd, check=False)


@pytest.mark.slow
def test_is_typed(program: Path) -> None:
    done = run("mypy", "--strict", "--config-file=", "--python-version=3.11", *sorted(program.glob("*.py")), cwd=program)
    assert done.returncode == 0, done.stdout


def test_is_linted_and_formatted(program: Path) -> None:
    settings = Path(__file__).resolve().parents[2] / "pyproject.toml"
    # It starts programs and works on paths with os, as the whole package does; it prints how it is used.
    ignored = "PTH,S603,S607,S108,T201,N818"
    done = run("ruff", "check", "--config", settings, "--ignore", ignored, ".", cwd=program)
    assert done.returncode == 0, done.stdout
    assert run("ruff", "format", "--check", "--config", settings, ".", cwd=program).returncode == 0


def test_needs_nothing_but_python(program: Path) -> None:
    done = subprocess.run(["python3", "-I", "-S", "-B", program, "/nowhere", "sing"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: clanback-machine create|list|prune|restore|status|verify")
