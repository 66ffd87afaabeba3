"""What lies in the output folder was not written by us: it is looked at with care, and nothing outside is ever touched."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from clanback.diagnostics import DiagnosticError
from clanback.nix.reads import digest
from clanback.render import compare, unchanged, write
from clanback.render.manifest import NAME, read_manifest

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {"default.nix": "{ }\n", "a/default.nix": "{ a = 1; }\n"}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "repository" / "generated"
    (tmp_path / "repository").mkdir()
    write(str(folder), TEXTS, {}, root=str(folder.parent))
    return folder


@pytest.mark.parametrize(
    "name", ["../secret", "../../secret", "a/../../../secret", "{absolute}", "a\0b", "\ud800", "", ".", "a/", "./default.nix"]
)
@pytest.mark.parametrize("force", [False, True])
def test_a_manifest_that_names_files_elsewhere_is_none(name: str, force: bool, out: Path, tmp_path: Path) -> None:
    secrets = [tmp_path / "secret", out.parent / "secret"]
    for secret in secrets:
        secret.write_text("keep")
    facts = json.loads((out / NAME).read_text())
    facts["files"][name.replace("{absolute}", str(secrets[0]))] = digest(b"keep")
    (out / NAME).write_text(json.dumps(facts))
    assert read_manifest(str(out)) is None
    assert not unchanged(str(out), root=str(out.parent), options={})
    assert compare(str(out), TEXTS) == []
    assert write(str(out), TEXTS, {}, root=str(out.parent), force=force).removed == ()
    assert [secret.read_text() for secret in secrets] == ["keep", "keep"]


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_inputs_that_no_system_has(name: str, out: Path) -> None:
    facts = json.loads((out / NAME).read_text())
    facts["inputs"][name] = "absent"
    (out / NAME).write_text(json.dumps(facts))
    assert not unchanged(str(out), root=str(out.parent), options={})


def test_names_that_are_not_utf8_are_names(out: Path) -> None:
    write(str(out), TEXTS, {f"{out.parent}/\udce9.nix": "absent"}, root=str(out.parent))
    assert read_manifest(str(out)) is not None


def test_devices_as_files_and_inputs_are_not_read(out: Path) -> None:
    facts = json.loads((out / NAME).read_text())
    facts["inputs"]["/dev/zero"] = digest(b"")
    (out / NAME).write_text(json.dumps(facts))
    (out / "a/default.nix").unlink()
    (out / "a/default.nix").symlink_to("/dev/zero")
    assert not unchanged(str(out), root=str(out.parent), options=facts["options"])
    assert compare(str(out), TEXTS) == [("a/default.nix", None, TEXTS["a/default.nix"])]


@pytest.mark.parametrize("name", [NAME, "a/default.nix"])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(name: str, out: Path) -> None:
    (out / name).unlink()
    os.mkfifo(out / name)
    assert not unchanged(str(out), root=str(out.parent), options={})
    compare(str(out), TEXTS)
    if name != NAME:
        with pytest.raises(DiagnosticError, match="edited by hand"):
            write(str(out), TEXTS, {}, root=str(out.parent))
    write(str(out), TEXTS, {}, root=str(out.parent), force=True)
    assert (out / name).is_file()


@pytest.mark.parametrize("content", [b'{"files":', b"[" * 200_000, b"\xff\xfe\0", b"[1]", b'{"files": {"a": 1}, "inputs": []}'])
def test_a_manifest_that_cannot_be_read(content: bytes, out: Path) -> None:
    (out / NAME).write_bytes(content)
    assert write(str(out), TEXTS, {}, root=str(out.parent)).written == ()
    assert read_manifest(str(out)) is not None


def test_a_rendered_folder_replaced_by_a_link_leads_nowhere(out: Path, tmp_path: Path) -> None:
    """With `--force` the link is replaced; what it led to stays as it is."""
    elsewhere = tmp_path / "elsewhere"
    (out / "a").rename(elsewhere)
    (out / "a").symlink_to(elsewhere)
    new = {**TEXTS, "a/default.nix": "{ a = 2; }\n"}
    write(str(out), new, {}, root=str(out.parent), force=True)
    assert (elsewhere / "default.nix").read_text() == TEXTS["a/default.nix"]
    assert not (out / "a").is_symlink()


@pytest.mark.parametrize("place", ["machines", "machines/a", "vars/per-machine", "secrets", "sops/x", ".git/hooks"])
def test_folders_that_mean_something_else_are_refused(place: str, tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="meaning of its own"):
        write(str(tmp_path / place), TEXTS, {}, root=str(tmp_path))
    assert list(tmp_path.iterdir()) == []
