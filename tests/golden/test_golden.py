"""Clans and, byte for byte, what is rendered from them.

`tests/golden/NAME/clan.nix` (with files beside it, and `options.json` for what is not the default) gives `NAME/expected/`.
What nearly every clan has alike stands once, in `tests/golden/alike/`: there `expected/` has links to it.
`pytest --update-golden` writes the expected files anew: look at the difference before you commit it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clanback import inventory, render, services
from clanback.nix import parse, print_expr

HERE = Path(__file__).resolve().parent
ALIKE = HERE / "alike"
NAMES = sorted(path.parent.name for path in HERE.glob("*/clan.nix"))


def rendered(name: str, place: Path) -> dict[str, str]:
    """The rendered files of a golden clan, from a copy of it at `place`."""
    options: dict[str, Any] = {"compat": None, "standalone": True, "out": "generated"}
    given = HERE / name / "options.json"
    if given.exists():
        options |= json.loads(given.read_text())
    shutil.copytree(HERE / name, place, ignore=shutil.ignore_patterns("expected", "options.json"))
    config = inventory.load(str(place), compat=options["compat"])
    plan = services.plan(inventory.resolve(config, services.INTERFACES), compat=options["compat"])
    return render.render(
        plan, compat=options["compat"], standalone=options["standalone"], out_relative=options["out"], root=config.root
    )


PROGRAM = "clanback-machine.d/"


@pytest.fixture(scope="module", autouse=True)
def _alike(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """With `--update-golden`, what clans have alike is taken from the tutorial's."""
    if request.config.getoption("--update-golden"):
        texts = rendered("tutorial", tmp_path_factory.mktemp("alike") / "repository")
        for path in ALIKE.iterdir():
            path.write_text(texts[path.name])


@pytest.mark.parametrize("name", NAMES)
def test_renders_as_expected(name: str, tmp_path: Path, update_golden: bool) -> None:
    texts = {file: text for file, text in rendered(name, tmp_path / "repository").items() if not file.startswith(PROGRAM)}
    expected = HERE / name / "expected"
    if update_golden:
        shutil.rmtree(expected, ignore_errors=True)
        for file, text in texts.items():
            (expected / file).parent.mkdir(parents=True, exist_ok=True)
            alike = ALIKE / file
            if alike.is_file() and alike.read_text() == text:
                (expected / file).symlink_to(Path(*[".."] * len(Path(file).parts), *[".."], "alike", file))
            else:
                (expected / file).write_text(text)
    assert texts == {str(path.relative_to(expected)): path.read_text() for path in expected.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_parses_prints_and_parses_again_to_the_same_tree(name: str, tmp_path: Path) -> None:
    for file, text in rendered(name, tmp_path / "repository").items():
        if file.endswith(".nix"):
            tree = parse(text, file)
            assert parse(print_expr(tree), file) == tree


def test_the_program_of_the_machines_is_the_same_for_every_clan(tmp_path: Path) -> None:
    """It would say the same in every folder of expected files, so it is left out there."""
    programs = [
        {file: text for file, text in rendered(name, tmp_path / name).items() if file.startswith(PROGRAM)} for name in NAMES
    ]
    assert all(program == programs[0] for program in programs)
    templates = HERE.parents[1] / "templates/machine"
    assert len(programs[0]) == len([path for path in templates.iterdir() if path.is_file()])


@pytest.mark.nix
@pytest.mark.parametrize("name", NAMES)
def test_is_accepted_by_real_nix(name: str) -> None:
    files = [str(path) for path in (HERE / name / "expected").rglob("*.nix")]
    done = subprocess.run(["nix-instantiate", "--parse", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_does_not_depend_on_where_the_repository_lies(name: str, tmp_path: Path) -> None:
    assert rendered(name, tmp_path / "here") == rendered(name, tmp_path / "some" / "where else")
