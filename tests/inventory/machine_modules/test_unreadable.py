"""Files of machines that Nix could not read either are told; properties without end are not waited for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cases.compare import run

if TYPE_CHECKING:
    from pathlib import Path

CLAN = """{ lib, ... }: {
  meta.name = "x";
  inventory.machines = { a = { }; b = { }; };
  inventory.instances.borgbackup.roles = { server.machines.b = { }; client.machines.a = { }; };
  machines.a = MODULE;
}"""


def shown(folder: Path, module: str, **files: str) -> tuple[list[tuple[str, str, str, int]], bool]:
    """What is said (but that no host key is pinned), and whether all state is known."""
    (folder / "clan.nix").write_text(CLAN.replace("MODULE", module))
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_nix", ".nix")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _, out, _ = run("--clan", str(folder), "show", "--json")
    result = json.loads(out)
    found = [(d["code"], d["severity"], d["file"], d["line"]) for d in result["diagnostics"] if d["code"] != "CB420"]
    return found, result["plan"]["a"]["state_complete"]


def test_a_syntax_error_in_a_file_of_the_machines_folder(tmp_path: Path) -> None:
    found, complete = shown(tmp_path, "{ }", machines__a__configuration_nix='{\n  a = [ "x" ;\n}')
    assert found == [("CB001", "warning", "machines/a/configuration.nix", 2)]
    assert not complete


def test_an_undefined_variable_in_an_imported_file(tmp_path: Path) -> None:
    found, complete = shown(tmp_path, "./m.nix", m_nix="{\n  clan.core.state.s.folders = [ oops ];\n}")
    assert found == [("CB013", "warning", "m.nix", 2)]
    assert not complete


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    found, complete = shown(tmp_path, "{ imports = [ ./nowhere.nix ]; }")
    assert found == [("CB130", "warning", "clan.nix", 5)]
    assert not complete


def test_what_only_nix_can_evaluate_is_not_told(tmp_path: Path) -> None:
    found, complete = shown(tmp_path, "./m.nix", m_nix='throw "not now"')
    assert found == []
    assert not complete


@pytest.mark.parametrize(
    "module",
    [
        "{ clan = let f = lib.mkMerge [ f f ]; in f; }",
        "{ clan.core.state = let f = lib.mkIf true f; in f; }",
        "let m = { imports = [ m m ]; }; in m",
        "let f = _: f; in f",
    ],
)
def test_modules_without_end(module: str, tmp_path: Path) -> None:
    found, complete = shown(tmp_path, module)
    assert "CB900" not in str(found)
    assert not complete
