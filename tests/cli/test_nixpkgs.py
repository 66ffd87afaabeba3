"""`--nixpkgs`, and the nixpkgs of `NIX_PATH`: its own `lib` is used. The nixpkgs here is a stand-in of ours; a real one is used
where the environment variable CLANBACK_NIXPKGS names it.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from clanback.cli.repository import nixpkgs_of_search_path
from clanback.nix import Evaluator, parse
from clanback.nix.nixpkgs import use
from tests.cases.compare import run
from tests.nix.module_programs import FAILING, PROGRAMS, program
from tests.nix.nix_outcomes import plain

ROOT = Path(__file__).resolve().parents[2]
REAL = os.environ.get("CLANBACK_NIXPKGS")
EXPECTED = sorted((ROOT / "tests/repositories").glob("*/expected.json"))

CLAN = """{ lib, inputs, ... }: {
  meta.name = lib.ownGreeting "clan";
  inventory.machines = (lib.evalModules {
    modules = [
      ({ config, ... }: { options.hosts = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule {
        options.tags = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ "t" ]; }; }); }; })
      { hosts.a = { }; }
      { hosts.b.tags = [ "u" ]; }
    ];
  }).config.hosts;
  machines.a = { pkgs, ... }: { environment.systemPackages = [ (import <nixpkgs> { }).borgbackup ]; };
}
"""


@pytest.fixture
def nixpkgs(tmp_path: Path) -> Path:
    """A nixpkgs of which there is only a small `lib`."""
    folder = tmp_path / "nixpkgs"
    shutil.copytree(ROOT / "tests/nixos", folder / "lib")
    (folder / "lib/default.nix").write_text('import ./lib.nix // { ownGreeting = name: "hello-${name}"; }\n')
    (folder / "default.nix").write_text('throw "nobody evaluates packages"\n')
    return folder


@pytest.fixture
def clan(tmp_path: Path) -> Path:
    file = tmp_path / "repository/clan.nix"
    file.parent.mkdir()
    file.write_text(CLAN)
    return file


def shown(*arguments: str) -> tuple[int, Any]:
    status, out, _ = run(*arguments, "show", "--json")
    return status, json.loads(out)


def test_its_own_lib_is_used(nixpkgs: Path, clan: Path) -> None:
    status, facts = shown("--clan", str(clan), "--nixpkgs", str(nixpkgs))
    assert status == 0, facts["diagnostics"]
    assert facts["meta"]["name"] == "hello-clan"
    assert facts["machines"]["a"]["tags"][0] == "t"
    assert facts["machines"]["b"]["tags"][0] == "u"


def test_without_it_ours_does_not_know_what_is_not_in_it(clan: Path) -> None:
    status, facts = shown("--clan", str(clan), "--nixpkgs", "none")
    assert status == 1
    assert any("lib.ownGreeting" in one["message"] for one in facts["diagnostics"])


def test_nix_path_names_one(nixpkgs: Path, clan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIX_PATH", f"other=/x:nixpkgs={nixpkgs}")
    assert shown("--clan", str(clan))[1]["meta"]["name"] == "hello-clan"
    assert shown("--clan", str(clan), "--nixpkgs", "none")[0] == 1


def test_what_is_no_folder_in_nix_path_is_left_alone(nixpkgs: Path) -> None:
    assert nixpkgs_of_search_path(f"nixpkgs={nixpkgs}") == str(nixpkgs)
    assert nixpkgs_of_search_path(f"a=/b:{nixpkgs.parent}") == f"{nixpkgs.parent}/nixpkgs"
    for path in (
        "",
        "nixpkgs=flake:nixpkgs",
        "nixpkgs=https://example.org/n.tar.gz",
        "nixpkgs=/nowhere",
        "nixpkgs=channel:x",
        ":",
        "=",
    ):
        assert nixpkgs_of_search_path(path) is None, path


def test_a_folder_that_is_no_nixpkgs(tmp_path: Path, clan: Path) -> None:
    status, out, err = run("--clan", str(clan), "--nixpkgs", str(tmp_path), "show")
    assert (status, out) == (2, "")
    assert "no nixpkgs" in err


def test_a_lib_that_is_none(nixpkgs: Path, clan: Path) -> None:
    for text in ("5", "{ extend = 5; }", "{", "{ a }: a"):
        (nixpkgs / "lib/default.nix").write_text(text)
        status, _, err = run("--clan", str(clan), "--nixpkgs", str(nixpkgs), "check")
        assert status in (1, 2)
        assert "Traceback" not in err


def test_nothing_else_outside_may_be_read(nixpkgs: Path, clan: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (nixpkgs / "lib/secret").symlink_to(tmp_path / "secret")
    for where in (tmp_path / "secret", nixpkgs / "lib/secret"):
        clan.write_text(f"{{ meta.name = builtins.readFile {where}; }}")
        status, out, _ = run("--clan", str(clan), "--nixpkgs", str(nixpkgs), "check")
        assert status == 1
        assert "CB131" in out


def test_the_search_path_in_nix(nixpkgs: Path, clan: Path) -> None:
    clan.write_text(
        '{ meta.name = (import <nixpkgs/lib>).ownGreeting "x"; inventory.machines.${(import <nixpkgs/lib>).x or "m"} = { }; }'
    )
    status, facts = shown("--clan", str(clan), "--nixpkgs", str(nixpkgs))
    assert (status, facts["meta"]["name"], list(facts["machines"])) == (0, "hello-x", ["m"])


def test_packages_stay_unknown(nixpkgs: Path, clan: Path) -> None:
    clan.write_text("{ meta.name = (import <nixpkgs> { }).hello.name; }")
    status, out, _ = run("--clan", str(clan), "--nixpkgs", str(nixpkgs), "check")
    assert status == 1
    assert "clanback does not evaluate the packages of nixpkgs" in out


def test_rendering_does_not_depend_on_where_it_lies(nixpkgs: Path, clan: Path, tmp_path: Path) -> None:
    assert run("--clan", str(clan), "--nixpkgs", str(nixpkgs), "render")[0] == 0
    manifest = clan.parent / "generated/MANIFEST.json"
    first = manifest.read_text()
    assert "<nixpkgs>/lib/lib.nix" in json.loads(first)["inputs"]
    moved = tmp_path / "elsewhere"
    nixpkgs.rename(moved)
    status, _, err = run("--clan", str(clan), "--nixpkgs", str(moved), "render")
    assert status == 0
    assert "is up to date" in err
    (moved / "lib/default.nix").write_text('import ./lib.nix // { ownGreeting = name: "good-bye-${name}"; }\n')
    assert run("--clan", str(clan), "--nixpkgs", str(moved), "render", "--check")[0] == 0, "the name of the clan is in no module"
    assert "is up to date" not in run("--clan", str(clan), "--nixpkgs", str(moved), "render")[2]


@pytest.mark.skipif(REAL is None, reason="CLANBACK_NIXPKGS names no nixpkgs")
class TestRealNixpkgs:
    """Our module system says what nixpkgs' own says."""

    @staticmethod
    def evaluator() -> Evaluator:
        assert REAL is not None
        made = Evaluator("/nonexistent")
        use(made, REAL)
        return made

    @pytest.mark.parametrize("name", PROGRAMS)
    def test_values(self, name: str) -> None:
        text, expected = PROGRAMS[name]
        made = self.evaluator()
        value = made.force_deep(made.evaluate(parse(program(text), scope=("lib",)), {"lib": made.lib}))
        assert plain(made, value) == expected

    @pytest.mark.parametrize("name", FAILING)
    def test_failures(self, name: str) -> None:
        from clanback.nix.errors import EvalError

        made = self.evaluator()
        with pytest.raises(EvalError):
            made.force_deep(made.evaluate(parse(program(FAILING[name][0]), scope=("lib",)), {"lib": made.lib}))

    @pytest.mark.parametrize(
        "path", sorted((ROOT / "tests/repositories").glob("*/expected.json")), ids=lambda path: path.parent.name
    )
    def test_repositories_resolve_alike(self, path: Path) -> None:
        ours, real = (shown("--clan", str(path.parent), "--nixpkgs", nixpkgs)[1] for nixpkgs in ("none", str(REAL)))
        assert ours == real
