"""`clanback plan`: against git, against a folder, its forms and its exit status."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cases.compare import run

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder), *words]
    subprocess.run(command, capture_output=True, check=True)


@pytest.fixture
def committed(tutorial: Path) -> Path:
    """The tutorial as a repository."""
    git(tutorial, "init", "-q", "-b", "main")
    git(tutorial, "add", "-A")
    git(tutorial, "commit", "-qm", "tutorial")
    return tutorial


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "clan.nix"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def plan(folder: Path, *words: str) -> tuple[int, str, str]:
    return run("--clan", str(folder), "plan", *words)


def test_nothing_changes(committed: Path) -> None:
    assert plan(committed) == (
        0,
        "Nothing changes since HEAD: the same machines save the same folders in the same way.\n",
        "",
    )
    assert plan(committed, "--detailed-exitcode")[0] == 0


def test_what_is_lost_stands_first(committed: Path) -> None:
    edit(committed, '"/home/alice/pictures"\n', "\n")
    edit(
        committed,
        'roles.client.machines."alice-laptop" = { };',
        'roles.client.machines."alice-laptop".settings.startAt = "02:00";',
    )
    status, out, err = plan(committed)
    assert (status, err) == (0, "")
    assert out == (
        "What is lost\n\n"
        "  - alice-laptop: no longer saves /home/alice/pictures\n\n"
        "When\n\n"
        "  ~ alice-laptop: job backup-server runs at 02:00 instead of *-*-* 01:00:00\n\n"
        "Since HEAD: 1 lost, 1 changed; 2 files differ.\n"
    )


def test_the_exit_status_says_more_when_asked(committed: Path) -> None:
    edit(committed, '"/home/alice/pictures"\n', "\n")
    assert plan(committed, "--detailed-exitcode")[0] == 2
    edit(committed, "meta.name", "meta.nam")
    assert plan(committed, "--detailed-exitcode")[0] == 1
    (committed / "clan.nix").unlink()
    assert plan(committed, "--detailed-exitcode")[0] == 1
    assert plan(committed)[0] == 2


def test_against_a_revision_and_against_a_folder(committed: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copy(committed / "clan.nix", other)
    edit(committed, '"/home/alice/pictures"\n', "\n")
    git(committed, "commit", "-qam", "less")
    assert "Nothing changes since HEAD" in plan(committed)[1]
    by_revision, by_folder = plan(committed, "--against", "HEAD~1"), plan(committed, "--against", str(other))
    assert "no longer saves /home/alice/pictures" in by_revision[1]
    assert by_folder[1].splitlines()[:-1] == by_revision[1].splitlines()[:-1]
    assert plan(committed, "--against", str(other / "clan.nix"))[1].splitlines()[:-1] == by_revision[1].splitlines()[:-1]


def test_a_comment_that_moves_lines_is_no_loss(committed: Path) -> None:
    edit(committed, "{\n", "{\n  # hello\n\n")
    status, out, _ = plan(committed)
    assert status == 0
    assert "Other changes\n\n  ~ alice-laptop/borgbackup.nix (comments only)\n" in out
    assert "nothing lost" in out


def test_what_a_module_of_the_repository_says_is_compared_too(committed: Path) -> None:
    module = committed / "machines/alice-laptop/configuration.nix"
    module.parent.mkdir(parents=True)
    module.write_text('{ imports = [ ./more.nix ]; clan.core.state.db.folders = [ "/var/lib/db" ]; }\n')
    (module.parent / "more.nix").write_text("{ }\n")
    git(committed, "add", "-A")
    git(committed, "commit", "-qm", "module")
    assert plan(committed, "--detailed-exitcode")[0] == 0
    module.write_text("{ imports = [ ./more.nix ]; }\n")
    assert "- alice-laptop: no longer saves /var/lib/db\n" in plan(committed)[1]
    git(committed, "commit", "-qam", "less")
    (module.parent / "more.nix").write_text("{ services.nginx.enable = true; }\n")
    assert "~ machines/alice-laptop/more.nix (+1 -1)" in plan(committed)[1]


def test_json(committed: Path) -> None:
    edit(committed, '"/home/alice/pictures"\n', "\n")
    status, out, _ = plan(committed, "--format", "json")
    found = json.loads(out)
    assert (status, found["format_version"], found["changed"], found["counts"]["lost"]) == (0, 1, True, 1)
    assert found["changes"][0]["details"] == [
        {"subject": "folder", "machine": "alice-laptop", "job": None, "before": "/home/alice/pictures", "after": None}
    ]
    [file] = found["files"]
    assert (file["path"], file["only_comments"], file["told"]) == ("alice-laptop/state.nix", False, True)


def test_markdown_quotes_what_comes_from_the_clan(committed: Path) -> None:
    edit(committed, '"/home/alice/pictures"\n', '"/srv/`a`<script>alert(1)</script> @all\\n# no heading"\n')
    status, out, _ = plan(committed, "--format", "markdown")
    assert status == 0
    assert out.startswith("<!-- clanback plan -->\n### Backups: ⚠️ 1 lost, 1 new; 1 file differs\n")
    assert "- `alice-laptop`: also saves ``/srv/`a`<script>alert(1)</script> @all␊# no heading``\n" in out


def test_a_repository_without_git_is_told(tutorial: Path) -> None:
    status, out, err = plan(tutorial)
    assert (status, out) == (2, "")
    assert "error[CB490]" in err
    assert "--against DIR" in err


def test_a_repository_without_a_commit_is_told_to_commit_first(tutorial: Path) -> None:
    git(tutorial, "init", "-q")
    status, out, err = plan(tutorial)
    assert (status, out) == (2, "")
    assert "error[CB491]: the git repository has no commit yet" in err
    assert "= help: commit first; " in err
    assert plan(tutorial, "--detailed-exitcode")[0] == 1


def test_a_revision_that_is_not_there_is_told(committed: Path) -> None:
    status, _, err = plan(committed, "--against", "origin/main\x1b[31m")
    assert status == 2
    assert "error[CB491]: git knows no revision `origin/main␛[31m`" in err


def test_the_first_clan_of_a_repository_is_all_new(tutorial: Path) -> None:
    (tutorial / "README").write_text("x")
    git(tutorial, "init", "-q")
    git(tutorial, "add", "README")
    git(tutorial, "commit", "-qm", "first")
    status, out, err = plan(tutorial)
    assert status == 0
    assert "nothing lost" in out
    assert "  + alice-laptop: is a new machine with /home/alice/documents, /home/alice/pictures\n" in out
    assert err == "note: there is no clan in HEAD: everything is new\n"


def test_a_revision_that_cannot_be_read_is_told(committed: Path) -> None:
    good = (committed / "clan.nix").read_text()
    (committed / "clan.nix").write_text("{ ")
    git(committed, "commit", "-qam", "broken")
    (committed / "clan.nix").write_text(good)
    status, out, err = plan(committed)
    assert (status, out) == (2, "")
    assert "error[CB493]: the clan in HEAD cannot be read" in err


def test_a_clan_in_a_folder_of_the_repository(committed: Path) -> None:
    below = committed / "nixos/clan"
    below.mkdir(parents=True)
    shutil.copy(committed / "clan.nix", below)
    git(committed, "add", "-A")
    git(committed, "commit", "-qm", "below")
    edit(below, '"/home/alice/pictures"\n', "\n")
    assert "no longer saves /home/alice/pictures" in plan(below)[1]
    assert "no longer saves /home/alice/pictures" in plan(below / "clan.nix")[1]
    assert "Nothing changes" in plan(committed)[1]
