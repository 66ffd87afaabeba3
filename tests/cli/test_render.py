"""`clanback render`: when it writes, when it does not, and what it says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import clanback
from tests.cases.compare import run

if TYPE_CHECKING:
    import pytest


def test_render_writes_then_has_nothing_to_do_and_says_so(tutorial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tutorial)
    status, out, err = run("render")
    assert (status, out) == (0, "")
    assert "wrote 2 machines to generated" in err
    written = {path: path.read_bytes() for path in (tutorial / "generated").rglob("*.nix")}
    assert tutorial / "generated/alice-laptop/borgbackup.nix" in written
    assert run("render") == (0, "", "generated is up to date\n")
    assert run("-q", "render") == (0, "", "")
    assert {path: path.read_bytes() for path in (tutorial / "generated").rglob("*.nix")} == written


def test_what_was_found_is_said_again_at_each_render(tutorial: Path) -> None:
    (tutorial / "machines/alone").mkdir(parents=True)
    (tutorial / "machines/alone/configuration.nix").write_text('{ clan.core.state.d.folders = [ "/d" ]; }')
    with (tutorial / "clan.nix").open("r+") as file:
        text = file.read().replace("roles.client.machines", "roles.client.tags.storage = { };\n      roles.client.machines", 1)
        file.seek(0)
        file.write(text)
    arguments = ("--clan", str(tutorial), "render")
    for _ in range(3):
        status, _, err = run(*arguments)
        assert status == 0
        assert "no machine has the tag `storage`" in err


def test_check_and_diff_write_nothing(tutorial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tutorial)
    status, out, err = run("render", "--check")
    assert status == 1
    assert "alice-laptop/default.nix" in out
    assert "not up to date" in err
    status, out, _ = run("render", "--diff")
    assert status == 0
    assert "+++ b/alice-laptop/borgbackup.nix" in out
    assert not (tutorial / "generated").exists()
    run("render")
    assert run("render", "--check")[0] == 0
    text = (tutorial / "clan.nix").read_text()
    (tutorial / "clan.nix").write_text(text.replace('"/home/alice/pictures"\n', '"/home/alice/photos"\n'))
    before = {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()}
    status, out, _ = run("render", "--check", "--diff")
    assert status == 1
    assert "+" in out
    assert '"/home/alice/photos"' in out
    assert {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()} == before
    assert run("render")[0] == 0
    assert "photos" in (tutorial / "generated/alice-laptop/state.nix").read_text()


def test_a_file_edited_by_hand_is_kept_without_force(tutorial: Path) -> None:
    arguments = ("--clan", str(tutorial), "render")
    run(*arguments)
    edited = tutorial / "generated/alice-laptop/users.nix"
    edited.write_text(edited.read_text() + "# mine\n")
    status, _, err = run(*arguments)
    assert status == 1
    assert "error[CB601]" in err
    assert edited.read_text().endswith("# mine\n")
    assert run(*arguments, "--force")[0] == 0
    assert not edited.read_text().endswith("# mine\n")


def test_out_of_clanback_toml_and_out_on_the_command_line(tutorial: Path) -> None:
    (tutorial / "clanback.toml").write_text('out = "nixos/backups"\n')
    assert run("--clan", str(tutorial), "render")[0] == 0
    assert (tutorial / "nixos/backups/default.nix").exists()
    assert run("--clan", str(tutorial), "render", "--out", str(tutorial / "elsewhere"))[0] == 0
    assert (tutorial / "elsewhere/default.nix").exists()
    assert not (tutorial / "generated").exists()


def test_whatever_could_change_the_modules_makes_it_look_again(tutorial: Path) -> None:
    def touched(name: str, text: str) -> None:
        (tutorial / name).parent.mkdir(parents=True, exist_ok=True)
        (tutorial / name).write_text(text)

    arguments = ("--clan", str(tutorial), "render")
    run(*arguments)
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0bN0nRS3nX5lqqkpZ0Xn0pYSWjMVe1Cs7tbp6pY8Yc a"
    for step in (
        lambda: touched("clanback.toml", "[retention]\ndaily = 30\n"),
        lambda: touched("machines/alice-laptop/configuration.nix", "{ }"),
        lambda: touched("machines/new/configuration.nix", "{ }"),
        lambda: touched("inventory.json", '{"machines": {"other": {}}}'),
        lambda: touched("vars/per-machine/alice-laptop/borgbackup/borgbackup.ssh.pub/value", key),
        lambda: (tutorial / "clanback.toml").unlink(),
    ):
        assert "up to date" in run(*arguments)[2]
        step()
        status, _, err = run(*arguments)
        assert status == 0, err
        assert "wrote" in err
    assert "wrote" in run(*arguments, "--compat", "clan-core")[2]
    assert "wrote" in run(*arguments)[2]
    (tutorial / "generated/new/default.nix").unlink()
    assert "wrote" in run(*arguments)[2]


def test_bad_input_leaves_what_was_rendered_untouched(tutorial: Path) -> None:
    arguments = ("--clan", str(tutorial), "render")
    run(*arguments)
    before = {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()}
    (tutorial / "clan.nix").write_text("{ meta.name = 1 }")
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert "error[CB001]" in err
    assert "nothing was written" in err
    assert {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()} == before


def test_errors_stop_the_rendering_and_leave_the_old_modules(tutorial: Path) -> None:
    arguments = ("--clan", str(tutorial), "render")
    run(*arguments)
    before = {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()}
    clan = tutorial / "clan.nix"
    clan.write_text(clan.read_text().replace("192.0.2.12", "<IP-ADDRESS>"))
    for _ in range(2):
        status, _, err = run(*arguments)
        assert status == 1
        assert "still holds the placeholder" in err
        assert "nothing was written" in err
    assert {path: path.read_bytes() for path in (tutorial / "generated").rglob("*") if path.is_file()} == before
    assert run(*arguments, "--check")[0] == 1
    # clan-core accepts it, and so does whoever says so.
    assert run(*arguments, "--out", str(tutorial / "as-clan-core"), "--compat", "clan-core")[0] == 0
    (tutorial / "clanback.toml").write_text('ignore = ["CB301"]\n')
    assert run(*arguments)[0] == 0


def test_what_cannot_be_written_out_is_said_even_when_quiet(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(
        '{ meta.name = "x"; inventory.machines.a = { }; machines.a = { environment.x = builtins.readFile ../y; }; }'
    )
    status, _, err = run("-q", "--clan", str(tmp_path), "render")
    assert status == 1
    assert "error[CB621]" in err


def test_files_outside_are_read_only_when_allowed(tmp_path: Path) -> None:
    inside = tmp_path / "clan"
    inside.mkdir()
    (tmp_path / "name").write_text("home")
    (inside / "clan.nix").write_text("{ meta.name = builtins.readFile ../name; inventory.machines.a = { }; }")
    status, out, _ = run("--clan", str(inside), "check")
    assert status == 1
    assert "error[CB131]" in out
    status, out, err = run("--clan", str(inside), "show", "--json", "--allow-outside")
    assert status == 0, err
    assert '"name": "home"' in out


def test_other_pythons_render_the_same_bytes(tutorial: Path) -> None:
    """What rendering imports besides the standard library is attrs, which is pure Python: any Python can borrow it."""
    import attr

    borrowed = os.pathsep.join([str(Path(clanback.__file__).parents[1]), str(Path(attr.__file__).parents[1])])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": borrowed, "PYTHONDONTWRITEBYTECODE": "1"}
    written = {}
    for python in {sys.executable, *_other_pythons()}:
        out = tutorial / f"out-{len(written)}"
        command = [python, "-m", "clanback", "--clan", str(tutorial), "render", "--out", str(out)]
        subprocess.run(command, check=True, env=environment, capture_output=True, timeout=60)
        written[python] = {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    first = written[sys.executable]
    assert "alice-laptop/borgbackup.nix" in first
    assert all(tree == first for tree in written.values()), list(written)


def _other_pythons() -> list[str]:
    """Pythons on this computer that clanback supports, one of each version."""
    candidates = [shutil.which(f"python3.{minor}") for minor in range(11, 16)]
    candidates += map(str, Path.home().glob(".pyenv/versions/3.*/bin/python"))
    versions: dict[str, str] = {}
    for candidate in filter(None, candidates):
        asked = subprocess.run(
            [candidate, "-c", "import sys; print(sys.version if sys.version_info >= (3, 11) else '')"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if asked.returncode == 0 and asked.stdout.strip():
            versions.setdefault(asked.stdout.split()[0], candidate)
    return list(versions.values())


def test_an_output_folder_that_leads_out_of_the_repository_is_refused(
    tutorial: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also where there would be nothing to do, or only something to look at."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "modules"
    assert run("--clan", str(tutorial), "render")[0] == 0
    (tutorial / "generated").rename(elsewhere)
    (tutorial / "generated").symlink_to(elsewhere)
    before = {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*")}
    for more in ((), ("--check",), ("--diff",), ("--force",)):
        status, out, err = run("--clan", str(tutorial), "render", *more)
        assert (status, out) == (1, "")
        assert "error[CB600]" in err
        assert "leads out of the repository" in err
        assert "nothing was written" in err
    assert {path: path.stat().st_mtime_ns for path in elsewhere.rglob("*")} == before
