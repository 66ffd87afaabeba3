"""A revision of a git repository as a folder: its files as they were, and nothing of the repository is run or trusted."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from clanback.diagnostics import DiagnosticError
from clanback.system import revisions
from clanback.system.revisions import checked_out

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str, stdin: bytes = b"") -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder), *words]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "sub").mkdir(parents=True)
    (folder / "clan.nix").write_text("{ }")
    (folder / "sub/x.nix").write_bytes(b"\xff\r\nx")
    (folder / "link").symlink_to("sub/x.nix")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    git(folder.parent, "init", "-q", "-b", "main", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder


def files(folder: str) -> dict[str, bytes | str]:
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_the_files_are_as_they_were(repository: Path) -> None:
    (repository / "clan.nix").write_text("changed")
    with checked_out(str(repository), "HEAD") as folder:
        assert files(folder) == {
            "clan.nix": b"{ }",
            "link": "sub/x.nix",
            "run.sh": b"#!/bin/sh\n",
            "sub/x.nix": b"\xff\r\nx",
        }
        assert Path(folder).stat().st_mode & 0o077 == 0
    assert not Path(folder).exists()


def test_a_folder_of_the_repository_is_laid_out_alone(repository: Path) -> None:
    with checked_out(str(repository / "sub"), "main") as folder:
        assert files(folder) == {"x.nix": b"\xff\r\nx"}


def test_a_folder_that_is_younger_than_the_revision_is_empty(repository: Path) -> None:
    (repository / "new").mkdir()
    with checked_out(str(repository / "new"), "HEAD") as folder:
        assert files(folder) == {}


def test_no_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError) as problem, checked_out(str(tmp_path), "HEAD"):
        pass
    assert [one.code for one in problem.value.diagnostics] == ["CB490"]


@pytest.mark.parametrize("revision", ["HEAD", "main"])
def test_a_repository_without_a_commit_says_to_commit_first(tmp_path: Path, revision: str) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "clan.nix").write_text("{ }")
    git(tmp_path, "add", "-A")
    with pytest.raises(DiagnosticError) as problem, checked_out(str(tmp_path), revision):
        pass
    assert str(problem.value) == "CB491: the git repository has no commit yet, so there is nothing to compare with"
    assert str(problem.value.diagnostics[0].help).startswith("commit first; ")


@pytest.mark.parametrize("revision", ["nope", "--output=/tmp/x", "-p", "", "HEAD:clan.nix", "a\nb", "\udcff"])
def test_what_is_no_revision_is_an_error(repository: Path, revision: str) -> None:
    with pytest.raises(DiagnosticError) as problem, checked_out(str(repository), revision):
        pass
    assert [one.code for one in problem.value.diagnostics] == ["CB491"]


def test_variables_of_a_hook_do_not_lead_elsewhere(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    with checked_out(str(repository), "HEAD") as folder:
        assert "clan.nix" in files(folder)


# Repositories of somebody who means harm


def test_no_filter_hook_or_monitor_of_the_repository_runs(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    program = tmp_path / "evil.sh"
    program.write_text(f"#!/bin/sh\necho $0 >> {mark}\ncat\n")
    program.chmod(0o755)
    (repository / ".gitattributes").write_text(
        "* filter=evil diff=evil text eol=crlf ident export-subst\nclan.nix export-ignore\n"
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "attributes")
    for name in ("filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "diff.evil.textconv", "core.fsmonitor"):
        git(repository, "config", name, str(program))
    for name in ("core.pager", "core.sshCommand", "core.alternateRefsCommand", "core.askPass", "gpg.program"):
        git(repository, "config", name, str(program))
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"):
        (repository / ".git/hooks").mkdir(exist_ok=True)
        shutil.copy(program, repository / f".git/hooks/{hook}")
    with checked_out(str(repository), "HEAD") as folder:
        assert files(folder)["clan.nix"] == b"{ }"
        assert files(folder)["run.sh"] == b"#!/bin/sh\n"
    assert not mark.exists()


def test_what_a_partial_clone_lacks_is_not_fetched(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    blob = git(repository, "rev-parse", "HEAD:clan.nix")
    (repository / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    git(repository, "config", "remote.origin.url", f"ext::sh -c 'touch {mark}'")
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "remote.origin.partialclonefilter", "blob:none")
    git(repository, "config", "protocol.ext.allow", "always")
    git(repository, "config", "extensions.partialClone", "origin")
    with pytest.raises(DiagnosticError) as problem, checked_out(str(repository), "HEAD"):
        pass
    assert [one.code for one in problem.value.diagnostics] == ["CB492"]
    assert not mark.exists()


def tree(repository: Path, *entries: tuple[str, str, str]) -> str:
    """A commit of a tree that git's own commands would not make; entries are mode, name and object."""
    content = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(identity) for mode, name, identity in entries)
    made = git(repository, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=content)
    return git(repository, "commit-tree", made, "-m", "evil")


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "../x", "a/../../x"])
def test_names_that_lead_out_are_refused(repository: Path, name: str, tmp_path: Path) -> None:
    blob = git(repository, "rev-parse", "HEAD:clan.nix")
    commit = tree(repository, ("100644", name, blob))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DiagnosticError) as problem, checked_out(str(repository), commit):
        pass
    assert [one.code for one in problem.value.diagnostics] == ["CB492"]
    assert sorted(path for path in tmp_path.rglob("*") if ".git" not in str(path)) == [p for p in before if ".git" not in str(p)]


def test_nothing_is_written_through_a_link(repository: Path, tmp_path: Path) -> None:
    target = tmp_path / "outside"
    target.mkdir()
    blob = git(repository, "rev-parse", "HEAD:clan.nix")
    link = git(repository, "hash-object", "-w", "--stdin", stdin=str(target).encode())
    inner = git(repository, "mktree", stdin=f"100644 blob {blob}\tx\n".encode())
    commit = tree(repository, ("120000", "a", link), ("40000", "a", inner))
    with pytest.raises(DiagnosticError), checked_out(str(repository), commit):
        pass
    assert list(target.iterdir()) == []


def test_a_huge_file_has_its_size_but_is_not_read(repository: Path) -> None:
    with (repository / "huge").open("wb") as file:
        file.truncate(60_000_000)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "huge")
    with checked_out(str(repository), "HEAD") as folder:
        found = Path(folder, "huge").stat()
        assert found.st_size == 60_000_000
        assert found.st_blocks == 0


def test_a_repository_that_lets_git_wait_for_ever_is_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "_SECONDS", 0.5)
    (repository / ".git/HEAD").unlink()
    os.mkfifo(repository / ".git/HEAD")
    with pytest.raises(DiagnosticError, match="git took longer than"), checked_out(str(repository), "HEAD"):
        pass
