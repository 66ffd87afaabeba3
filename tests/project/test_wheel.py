"""The wheel, built and installed into an empty virtual environment, does what the checkout does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import clanback

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip builds it, with hatchling in a build environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("clanback-*.whl")
    return built


def test_the_sources_of_generated_files_travel_with_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    templates = {f"clanback/_templates/{path.relative_to(ROOT / 'templates')}" for path in (ROOT / "templates").rglob("*.j2")}
    assert templates
    assert {"clanback/_grammar/nix.lark", "clanback/py.typed", *templates} <= set(names)
    version = f"clanback-{clanback.__version__}"
    assert {name.split("/")[0] for name in names} == {"clanback", f"{version}.dist-info", f"{version}.data"}
    assert [name for name in names if ".data/" in name] == [f"{version}.data/data/share/man/man1/clanback.1"]
    assert [name for name in names if "__pycache__" in name or name.endswith(".tsv")] == []


def test_it_renders_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python, program = tmp_path / "venv/bin/python", tmp_path / "venv/bin/clanback"
    install = ["install", "--quiet", "--disable-pip-version-check", "--no-compile", wheel]
    run(sys.executable, "-m", "pip", "--python", python, *install, cwd=tmp_path)
    assert run(program, "--version", cwd=tmp_path) == f"clanback {clanback.__version__}\n"

    shutil.copy(ROOT / "examples/tutorial/clan.nix", tmp_path)
    run(program, "render", cwd=tmp_path)
    run(sys.executable, "-m", "clanback", "--clan", "clan.nix", "render", "--out", "ours", cwd=tmp_path)
    assert contents(tmp_path / "generated") == contents(tmp_path / "ours")
    assert json.loads(run(program, "show", "--json", cwd=tmp_path))["meta"]["name"] == "my-backup-clan"
    run(program, "--color", "always", "show", cwd=tmp_path)
    run(program, "check", cwd=tmp_path)
    run(program, "explain", cwd=tmp_path)
    run(program, "completion", "fish", cwd=tmp_path)
    assert (tmp_path / "venv/share/man/man1/clanback.1").exists()


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.nix")}


def test_every_dependency_is_used_by_what_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    compiles_templates = ROOT / "clanback/render/environment.py"  # run by scripts/ alone
    texts = [path.read_text() for path in (ROOT / "clanback").rglob("*.py") if path != compiles_templates]
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=~!;]", requirement)[0].replace("-", "_")
        module = {"libpass": "passlib"}.get(name, name)  # libpass goes on where passlib stopped, under its name
        imported = re.compile(rf"^\s*(import|from) {module}\b", re.MULTILINE)
        assert any(imported.search(text) for text in texts), f"nothing imports {module}"
