"""What README and tutorial show is what happens: their commands are run, their output compared (`--update-golden`: renewed)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clanback.nix import parse

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
DOCUMENTS = ["README.md", "docs/tutorial.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: str, folder: Path) -> str:
    """What a command prints, stdout and stderr together, as somebody sees it who followed the README."""
    if command.startswith("make "):
        command = f"make --no-print-directory --old-file .venv/.installed BIN={BIN} {command.removeprefix('make ')}"
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    environment = {name: value for name, value in environment.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        command, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=environment
    )
    return done.stdout.replace(str(BIN), ".venv/bin")


def replayed(text: str, folder: Path) -> str:
    """The document with the output that its commands really have."""

    def replay(block: re.Match[str]) -> str:
        language, body = block.groups()
        if language == "nix" and body.startswith("{\n  meta.name"):
            (folder / "clan.nix").write_text(body)
        if language != "console":
            return block[0]
        shown = []
        for line in body.splitlines():
            if line.startswith("$ "):
                shown.append(f"{line}\n{run(line.removeprefix('$ '), folder)}")
        return f"```console\n{''.join(shown)}```"

    return BLOCK.sub(replay, text)


def timeless(text: str) -> str:
    """A document in which all backups are of the same time."""
    return re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\b", "2026-11-25T12:00:00", text)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_shows_what_happens(name: str, tmp_path: Path, update_golden: bool) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("generated"))
    path = ROOT / name
    text = path.read_text()
    real = replayed(text, tmp_path)
    if update_golden and timeless(real) != timeless(text):
        path.write_text(real)
    assert "CB900" not in real
    assert timeless(real) == timeless(text)


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name)
def test_nix_in_documents_is_nix(path: Path) -> None:
    if path.parent.name == "codes":
        return  # its examples are wrong on purpose, and have tests of their own
    for language, body in BLOCK.findall(path.read_text()):
        if language == "nix":
            parse(body, str(path))


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/generate_reference.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_contributing_fits_on_a_screen() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) <= 40
