"""`vars upload --directory`: what an installer gets, and that nothing is written or removed at the other end of a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clanback.diagnostics import DiagnosticError
from clanback.render.secret_files import STORE
from clanback.system import files
from clanback.vars.upload import COMPLETE, Parcel, lay_out

PARCEL = Parcel("laptop", {"per-machine/laptop/openssh/key": b"secret 1", "shared/ca/key": b"secret 2"})


def tree(folder: Path) -> dict[str, tuple[str, str]]:
    """Everything below a folder with modes and contents, links as what they say."""
    return {
        str(path.relative_to(folder)): (
            oct(path.lstat().st_mode & 0o777),
            f"-> {path.readlink()}" if path.is_symlink() else path.read_text() if path.is_file() else "folder",
        )
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that is nobody's business, with something that looks like secrets laid out before."""
    folder = tmp_path / "elsewhere"
    (folder / "clanback/secrets").mkdir(parents=True)
    (folder / "clanback/secrets/mine").write_text("mine")
    return folder


def test_it_is_laid_out_for_its_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        where = Path(lay_out(str(tmp_path / "new/extra"), PARCEL))
    finally:
        os.umask(old)
    assert where == tmp_path / f"new/extra{STORE}"
    assert where.stat().st_mode & 0o777 == 0o700
    assert tree(where) == {
        "current": ("0o777", "-> tree.installed"),
        "tree.installed": ("0o700", "folder"),
        f"tree.installed/{COMPLETE}": ("0o600", ""),
        "tree.installed/per-machine": ("0o700", "folder"),
        "tree.installed/per-machine/laptop": ("0o700", "folder"),
        "tree.installed/per-machine/laptop/openssh": ("0o700", "folder"),
        "tree.installed/per-machine/laptop/openssh/key": ("0o600", "secret 1"),
        "tree.installed/shared": ("0o700", "folder"),
        "tree.installed/shared/ca": ("0o700", "folder"),
        "tree.installed/shared/ca/key": ("0o600", "secret 2"),
    }


@pytest.mark.parametrize("at", ["var", "var/lib", "var/lib/clanback", "var/lib/clanback/secrets"])
@pytest.mark.parametrize("end", ["a folder", "an empty folder", "nowhere", "itself", "a file"])
def test_no_link_below_the_folder_is_followed(at: str, end: str, tmp_path: Path, elsewhere: Path) -> None:
    before = tree(elsewhere)
    extra = tmp_path / "extra"
    link = extra / at
    link.parent.mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    ends = {"a folder": elsewhere, "an empty folder": tmp_path / "empty", "nowhere": tmp_path / "gone", "itself": link}
    link.symlink_to(ends.get(end, elsewhere / "clanback/secrets/mine"))
    with pytest.raises(DiagnosticError, match="CB563") as raised:
        lay_out(str(extra), PARCEL)
    if at != STORE.lstrip("/"):
        assert f"{link} is a link, and may lead anywhere" in str(raised.value)
    assert tree(elsewhere) == before
    assert tree(tmp_path / "empty") == {}
    assert not (tmp_path / "gone").exists()
    assert link.is_symlink()


def test_a_link_to_the_folder_itself_is_what_was_named(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    lay_out(str(tmp_path / "link"), PARCEL)
    assert (tmp_path / f"real{STORE}/current/shared/ca/key").read_bytes() == b"secret 2"


def test_secrets_of_two_machines_are_not_mixed(tmp_path: Path) -> None:
    lay_out(str(tmp_path), PARCEL)
    before = tree(tmp_path)
    with pytest.raises(DiagnosticError, match=r"there are secrets in .* already"):
        lay_out(str(tmp_path), Parcel("other", {"per-machine/other/x/y": b"other"}))
    assert tree(tmp_path) == before


@pytest.mark.parametrize("swapped", ["tree.installed", "tree.installed/per-machine"])
def test_a_folder_that_becomes_a_link_meanwhile_is_not_followed(
    swapped: str, tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who may write below the folder puts links where we have just made folders."""
    before, real = tree(elsewhere), files.write_below
    store = tmp_path / f"extra{STORE}"

    def write_then_swap(base: int, path: str, content: bytes) -> None:
        real(base, path, content)
        if not (store / swapped).is_symlink():
            (store / swapped).rename(store / "aside")
            (store / swapped).symlink_to(elsewhere)

    monkeypatch.setattr(files, "write_below", write_then_swap)
    with pytest.raises(DiagnosticError, match="CB563"):
        lay_out(str(tmp_path / "extra"), Parcel("laptop", {"per-machine/a/b": b"secret", "per-machine/c/d": b"secret"}))
    assert tree(elsewhere) == before
    assert not store.exists()


def test_a_full_disk_leaves_no_half_of_the_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiagnosticError, match=r"CB563: cannot lay the secrets out in .*: No space left on device"):
        lay_out(str(tmp_path), PARCEL)
    assert not (tmp_path / STORE.lstrip("/")).exists()
