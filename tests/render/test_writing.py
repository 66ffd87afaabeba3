"""Writing: all or nothing, only what is ours, and nothing lost."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import ClassVar

import pytest

from clanback.diagnostics import DiagnosticError
from clanback.render import compare, unchanged, write, writing
from clanback.render import exchange as exchanging
from clanback.render.manifest import NAME, read_manifest
from clanback.system import locks

TEXTS = {"default.nix": "{ }\n", "a/default.nix": "{ a = 1; }\n", "a/state.nix": "{ s = 1; }\n", "b/default.nix": "{ b = 1; }\n"}


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder but the manifest."""
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file() and p.name != NAME}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "clan.nix").write_text("{ }\n")
    return tmp_path


@pytest.fixture
def out(repository: Path) -> Path:
    """An output folder that was rendered once."""
    folder = repository / "generated"
    write(str(folder), TEXTS, {}, root=str(repository))
    return folder


def test_the_first_run_writes_everything(repository: Path) -> None:
    result = write(str(repository / "x" / "generated"), TEXTS, {}, root=str(repository))
    assert tree(repository / "x" / "generated") == TEXTS
    assert result.written == tuple(sorted(TEXTS))


def test_a_run_that_changes_nothing_touches_nothing(out: Path, repository: Path) -> None:
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (out, *out.rglob("*"))}
    result = write(str(out), TEXTS, {}, root=str(repository))
    assert (result.written, result.removed) == ((), ())
    assert before == {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (out, *out.rglob("*"))}


def test_what_is_no_longer_rendered_is_removed_with_its_folder(out: Path, repository: Path) -> None:
    fewer = {name: text for name, text in TEXTS.items() if not name.startswith("b/")}
    result = write(str(out), fewer, {}, root=str(repository))
    assert result.removed == ("b/default.nix",)
    assert tree(out) == fewer
    assert not (out / "b").exists()


def test_files_of_others_are_kept_as_they_are(out: Path, repository: Path) -> None:
    (out / "b" / "mine.nix").write_text("mine")
    (out / "deep" / "er").mkdir(parents=True)
    (out / "deep" / "er" / "note").write_text("note")
    (out / "empty").mkdir()
    (out / "link").symlink_to("nowhere")
    (out / "folder-link").symlink_to("deep")
    (out / "note").write_text("note")
    (out / "note").chmod(0o600)
    number = (out / "note").stat().st_ino
    write(str(out), {"default.nix": "{ new = 1; }\n"}, {}, root=str(repository))
    assert (out / "b" / "mine.nix").read_text() == "mine"
    assert (out / "deep" / "er" / "note").read_text() == "note"
    assert (out / "empty").is_dir()
    assert (out / "link").readlink() == Path("nowhere")
    assert (out / "folder-link").readlink() == Path("deep")
    assert ((out / "note").stat().st_ino, (out / "note").stat().st_mode & 0o777) == (number, 0o600)


def test_a_file_edited_by_hand_is_noticed_and_everything_kept(out: Path, repository: Path) -> None:
    (out / "a" / "state.nix").write_text("edited")
    before = tree(out)
    with pytest.raises(DiagnosticError) as raised:
        write(str(out), {**TEXTS, "a/default.nix": "{ new = 1; }\n"}, {}, root=str(repository))
    assert [(d.code, "a/state.nix" in d.message) for d in raised.value.diagnostics] == [("CB601", True)]
    assert tree(out) == before


def test_a_file_edited_by_hand_that_would_be_removed_is_kept_too(out: Path, repository: Path) -> None:
    (out / "b" / "default.nix").write_text("edited")
    with pytest.raises(DiagnosticError, match="CB601"):
        write(str(out), {"default.nix": "{ }\n"}, {}, root=str(repository))
    assert (out / "b" / "default.nix").read_text() == "edited"


def test_force_drops_what_was_edited(out: Path, repository: Path) -> None:
    (out / "a" / "state.nix").write_text("edited")
    write(str(out), TEXTS, {}, root=str(repository), force=True)
    assert tree(out) == TEXTS


def test_a_rendered_file_that_was_deleted_comes_back(out: Path, repository: Path) -> None:
    (out / "a" / "state.nix").unlink()
    assert write(str(out), TEXTS, {}, root=str(repository)).written == ("a/state.nix",)
    assert tree(out) == TEXTS


def test_a_file_of_others_in_the_way_is_kept(repository: Path) -> None:
    out = repository / "generated"
    (out / "a").mkdir(parents=True)
    (out / "a" / "default.nix").write_text("mine")
    with pytest.raises(DiagnosticError, match="CB606"):
        write(str(out), TEXTS, {}, root=str(repository))
    assert tree(out) == {"a/default.nix": "mine"}


def test_a_file_in_the_way_of_a_folder_is_an_error(repository: Path) -> None:
    out = repository / "generated"
    out.mkdir()
    (out / "a").write_text("mine")
    with pytest.raises(DiagnosticError, match="CB606"):
        write(str(out), TEXTS, {}, root=str(repository))


def test_the_output_may_not_be_a_file_or_a_dangling_link(repository: Path) -> None:
    (repository / "file").write_text("mine")
    (repository / "link").symlink_to("nowhere")
    for name in ("file", "link"):
        with pytest.raises(DiagnosticError, match="CB600"):
            write(str(repository / name), TEXTS, {}, root=str(repository))
    assert (repository / "file").read_text() == "mine"


def test_the_output_may_not_be_the_repository_or_hold_it(repository: Path) -> None:
    for place in (repository, repository.parent):
        with pytest.raises(DiagnosticError, match="CB600"):
            write(str(place), TEXTS, {}, root=str(repository))
    assert (repository / "clan.nix").exists()


def test_a_link_to_a_folder_of_the_repository_stays_a_link(repository: Path) -> None:
    (repository / "nixos/modules").mkdir(parents=True)
    (repository / "generated").symlink_to("nixos/modules")
    write(str(repository / "generated"), TEXTS, {}, root=str(repository))
    assert (repository / "generated").is_symlink()
    assert tree(repository / "nixos/modules") == TEXTS


@pytest.mark.parametrize("out", ["generated", "nixos/generated", "generated/../generated"])
@pytest.mark.parametrize("named", ["as it is", "by a link to the repository"])
def test_a_link_out_of_the_repository_is_not_written_through(
    out: str, named: str, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "generated").mkdir()
    (elsewhere / "generated/default.nix").write_text("mine")
    (repository / out.split("/")[0]).symlink_to(elsewhere / ("generated" if out.startswith("generated") else ""))
    if named != "as it is":
        (elsewhere / "clan").symlink_to(repository)
    root = repository if named == "as it is" else elsewhere / "clan"
    for force in (False, True):
        with pytest.raises(DiagnosticError, match=r"CB600: .* leads out of the repository: to .*elsewhere"):
            write(str(root / out), TEXTS, {}, root=str(root), force=force)
    assert (elsewhere / "generated/default.nix").read_text() == "mine"
    assert [one.name for one in (elsewhere / "generated").iterdir()] == ["default.nix"]
    assert not [one for one in elsewhere.iterdir() if "clanback" in one.name]


def test_a_place_outside_that_is_named_as_such_is_written_to(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "modules").mkdir()
    (elsewhere / "link").symlink_to("modules")
    write(str(elsewhere / "link"), TEXTS, {}, root=str(repository))
    assert tree(elsewhere / "modules") == TEXTS


def test_a_rendered_file_that_is_a_link_out_is_replaced_and_never_shown(out: Path, repository: Path) -> None:
    """`render --diff` in a pipeline must not print somebody's key."""
    key = repository / "key"
    key.write_text("secret")
    (out / "default.nix").unlink()
    (out / "default.nix").symlink_to(key)
    assert compare(str(out), TEXTS) == [("default.nix", None, TEXTS["default.nix"])]
    write(str(out), TEXTS, {}, root=str(repository), force=True)
    assert key.read_text() == "secret"
    assert (tree(out), (out / "default.nix").is_symlink()) == (TEXTS, False)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_is_a_diagnostic(out: Path, repository: Path) -> None:
    repository.chmod(0o500)
    try:
        with pytest.raises(DiagnosticError, match="CB602"):
            write(str(out), {"default.nix": "{ new = 1; }\n"}, {}, root=str(repository))
    finally:
        repository.chmod(0o700)
    assert tree(out) == TEXTS


@pytest.mark.parametrize("failing", ["open", "link", "exchange"])
def test_a_full_disk_leaves_the_old_tree_and_nothing_else(
    failing: str, out: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if failing == "open":
        monkeypatch.setattr(writing, "open", full, raising=False)
    elif failing == "link":
        monkeypatch.setattr(os, "link", full)
        monkeypatch.setattr("shutil.copy2", full)
    else:
        monkeypatch.setattr(writing, "exchange", full)
    with pytest.raises(DiagnosticError, match=r"CB602.*No space left"):
        write(str(out), {**TEXTS, "default.nix": "{ new = 1; }\n"}, {}, root=str(repository))
    monkeypatch.undo()
    assert tree(out) == TEXTS
    assert sorted(path.name for path in repository.iterdir()) == ["clan.nix", "generated"]


def test_a_really_full_disk_leaves_the_old_tree(tmp_path: Path) -> None:
    """On a file system of its own that is too small, where this process may mount one."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("mounting needs root")
    try:
        write(str(small / "generated"), TEXTS, {}, root=str(small))
        with pytest.raises(DiagnosticError, match=r"CB602.*No space left"):
            write(str(small / "generated"), {**TEXTS, "big.nix": "#" * 200_000}, {}, root=str(small))
        assert tree(small / "generated") == TEXTS
        assert [path.name for path in small.iterdir()] == ["generated"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_without_an_atomic_exchange_the_result_is_the_same(out: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanging, "_swap", lambda *_: False)
    new = {**TEXTS, "default.nix": "{ new = 1; }\n"}
    write(str(out), new, {}, root=str(repository))
    assert tree(out) == new
    assert sorted(path.name for path in repository.iterdir()) == ["clan.nix", "generated"]


def test_what_a_killed_run_left_is_cleared_away(out: Path, repository: Path) -> None:
    (repository / ".generated.clanback-123" / "a").mkdir(parents=True)
    (repository / ".generated.clanback-123" / "a" / "x").write_text("half")
    (repository / ".generated.other").mkdir()
    write(str(out), {**TEXTS, "default.nix": "{ new = 1; }\n"}, {}, root=str(repository))
    assert sorted(path.name for path in repository.iterdir()) == [".generated.other", "clan.nix", "generated"]


def test_a_tree_set_aside_by_a_killed_run_comes_back(out: Path, repository: Path) -> None:
    out.rename(repository / ".generated.clanback-123.old")
    write(str(out), TEXTS, {}, root=str(repository))
    assert tree(out) == TEXTS
    assert sorted(path.name for path in repository.iterdir()) == ["clan.nix", "generated"]


def test_two_runs_at_once_take_turns(repository: Path) -> None:
    out = repository / "generated"
    variants = [{**TEXTS, "default.nix": f"{{ run = {n}; }}\n", f"m{n}/default.nix": "{ }\n"} for n in range(8)]
    threads = [
        threading.Thread(target=write, args=(str(out), variant, {}), kwargs={"root": str(repository)}) for variant in variants
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tree(out) in variants
    assert sorted(path.name for path in repository.iterdir()) == ["clan.nix", "generated"]


def test_a_run_that_never_ends_is_reported(out: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.05)
    descriptor = os.open(repository, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(DiagnosticError, match="CB603"):
            write(str(out), {"default.nix": "{ new = 1; }\n"}, {}, root=str(repository))
    finally:
        os.close(descriptor)
    assert tree(out) == TEXTS


def test_compare_tells_what_rendering_would_change(out: Path) -> None:
    new = {"default.nix": "{ }\n", "a/default.nix": "{ a = 2; }\n", "c/default.nix": "{ }\n", "a/state.nix": "{ s = 1; }\n"}
    (out / "foreign").write_text("x")
    assert compare(str(out), new) == [
        ("a/default.nix", "{ a = 1; }\n", "{ a = 2; }\n"),
        ("b/default.nix", "{ b = 1; }\n", None),
        ("c/default.nix", None, "{ }\n"),
    ]
    assert compare(str(out), TEXTS) == []


class TestUnchanged:
    """The way of a `render` with nothing to do: the manifest alone decides."""

    OPTIONS: ClassVar = {"compat": None, "standalone": True}

    @pytest.fixture
    def done(self, repository: Path) -> Path:
        from clanback.nix.reads import current

        (repository / "machines").mkdir()
        recorded = {"clan.nix": "", "machines": "dir:", "inventory.json": "absent"}
        inputs = {str(repository / name): current(str(repository / name), kind) for name, kind in recorded.items()}
        out = repository / "generated"
        write(str(out), TEXTS, inputs, root=str(repository), options=self.OPTIONS)
        return out

    def test_when_all_is_the_same(self, done: Path) -> None:
        assert unchanged(str(done), root=str(done.parent), options=self.OPTIONS)

    def test_not_with_other_options(self, done: Path) -> None:
        assert not unchanged(str(done), root=str(done.parent), options={"compat": "clan-core", "standalone": True})

    def test_not_when_an_input_changed(self, done: Path) -> None:
        (done.parent / "clan.nix").write_text("{ a = 1; }\n")
        assert not unchanged(str(done), root=str(done.parent), options=self.OPTIONS)

    def test_not_when_a_folder_that_was_listed_has_a_new_entry(self, done: Path) -> None:
        (done.parent / "machines" / "new").mkdir()
        assert not unchanged(str(done), root=str(done.parent), options=self.OPTIONS)

    def test_not_when_a_file_that_was_looked_for_appeared(self, done: Path) -> None:
        (done.parent / "inventory.json").write_text("{}")
        assert not unchanged(str(done), root=str(done.parent), options=self.OPTIONS)

    @pytest.mark.parametrize("name", ["a/state.nix", "default.nix"])
    def test_not_when_an_output_was_edited_or_removed(self, done: Path, name: str) -> None:
        (done / name).write_text("edited")
        assert not unchanged(str(done), root=str(done.parent), options=self.OPTIONS)
        (done / name).unlink()
        assert not unchanged(str(done), root=str(done.parent), options=self.OPTIONS)

    def test_not_by_another_version(self, done: Path) -> None:
        manifest = done / NAME
        manifest.write_text(manifest.read_text().replace('"clanback": "', '"clanback": "0.0.'))
        assert not unchanged(str(done), root=str(done.parent), options=self.OPTIONS)

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", "null", '{"files": 1, "inputs": 2}', '{"files": {}, "inputs": {"a": 1}}', "[" * 100_000]
    )
    def test_not_with_a_broken_manifest(self, done: Path, text: str) -> None:
        (done / NAME).write_text(text)
        assert not unchanged(str(done), root=str(done.parent), options=self.OPTIONS)

    def test_not_where_nothing_was_rendered(self, repository: Path) -> None:
        assert not unchanged(str(repository / "generated"), root=str(repository), options=self.OPTIONS)

    def test_without_importing_anything_heavy(self) -> None:
        code = "import sys, clanback.render.manifest; print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert not {"attrs", "attr", "typing", "jinja2", "pathlib", "dataclasses", "inspect"} & set(done.stdout.split())


def test_the_manifest_names_no_place_of_this_computer(out: Path, repository: Path) -> None:
    write(
        str(out),
        TEXTS,
        {str(repository / "clan.nix"): "0" * 64, "/etc/hosts": "absent"},
        root=str(repository),
        options={"compat": None},
    )
    facts = read_manifest(str(out))
    assert facts is not None
    assert facts["root"] == ".."
    assert facts["inputs"] == {"clan.nix": "0" * 64, "/etc/hosts": "absent"}
    assert str(repository) not in (out / NAME).read_text()
    assert sorted(facts["files"]) == sorted(TEXTS)
