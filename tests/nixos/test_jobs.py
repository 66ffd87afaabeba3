"""What a rendered job does when it runs: hooks, locks, missing folders, and the commands (DESIGN section 7)."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.nixos.evaluation import rendered
from tests.nixos.machine import Machine

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.nix,
    pytest.mark.skipif(shutil.which("flock") is None, reason="flock is not installed"),
]

CLAN = """{
  meta.name = "test";
  inventory.machines = { a = { }; one = { }; two = { }; };
  inventory.instances.borgbackup = {
    roles.client.machines.a = { };
    roles.server.machines.one = { };
    roles.server.machines.two = { };
  };
  machines.a = {
    clan.core.state.alpha = {
      folders = [ "@/alpha" ];
      preBackupScript = "echo pre alpha >> $LOG";
      postBackupScript = "echo post alpha >> $LOG";
    };
    clan.core.state.beta = {
      folders = [ "@/with:colon" "@/alpha/inside" "@/with:colon/in:side/" ];
      preBackupScript = "echo pre beta >> $LOG; test ! -e @/fail";
      postBackupScript = "echo post beta >> $LOG; test ! -e @/fail-post";
    };
    clan.core.state.gamma = {
      folders = [ "@/gamma/" ];
      postBackupScript = "echo post gamma >> $LOG";
    };
  };
}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of the machine's state; all but one exist."""
    place = tmp_path_factory.mktemp("home")
    for name in ("alpha/inside", "with:colon"):
        (place / name).mkdir(parents=True)
        (place / name / "file").write_text(name)
    return place


@pytest.fixture(scope="module")
def machine(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    root = tmp_path_factory.mktemp("clan")
    (root / "clan.nix").write_text(CLAN.replace("@", str(home)))
    return Machine(rendered(root / "clan.nix") / "a", tmp_path_factory.mktemp("a"))


@pytest.fixture(autouse=True)
def _nothing_logged(machine: Machine, home: Path) -> None:
    machine.logged()
    for name in ("fail", "fail-post"):
        (home / name).unlink(missing_ok=True)


class TestHooks:
    def test_run_once_around_the_job_in_a_stated_order(self, machine: Machine) -> None:
        done = machine.start("one")
        assert not done["failed"]
        assert machine.logged() == ["pre alpha", "pre beta", "borg", "post gamma", "post beta", "post alpha"]

    def test_when_one_fails_nothing_is_saved_and_only_what_began_is_ended(self, machine: Machine, home: Path) -> None:
        (home / "fail").touch()
        done = machine.start("one")
        assert done["failed"]
        assert "the pre-backup hook of beta failed" in done["said"]
        assert machine.logged() == ["pre alpha", "pre beta", "post beta", "post alpha"]

    def test_end_what_they_began_when_borg_fails(self, machine: Machine) -> None:
        assert machine.start("one", borg="exit 2")["failed"]
        assert machine.logged() == ["pre alpha", "pre beta", "post gamma", "post beta", "post alpha"]

    def test_that_fail_afterwards_do_not_make_the_archive_a_bad_one(self, machine: Machine, home: Path) -> None:
        (home / "fail-post").touch()
        done = machine.start("one")
        assert not done["failed"]
        assert not done["stop_failed"]
        assert "the post-backup hook of beta failed" in done["said"]
        assert machine.logged()[-2:] == ["post beta", "post alpha"]

    def test_of_an_earlier_failure_are_not_run_again(self, machine: Machine, home: Path) -> None:
        (home / "fail").touch()
        machine.start("one")
        (home / "fail").unlink()
        machine.logged()
        machine.start("two")
        assert machine.logged() == ["pre alpha", "pre beta", "borg", "post gamma", "post beta", "post alpha"]

    def test_have_no_time_limit(self, machine: Machine) -> None:
        for job in machine.facts["jobs"].values():
            service = job["unit"]["serviceConfig"]
            assert (service["TimeoutStartSec"], service["TimeoutStopSec"]) == ("infinity", "infinity")
            assert all(step.startswith("+") for step in (*service["ExecStartPre"], *service["ExecStopPost"]))


class TestLock:
    def test_is_held_by_a_unit_that_systemd_stops_with_the_job(self, machine: Machine) -> None:
        for name, job in machine.facts["jobs"].items():
            assert f"borgbackup-lock-{name}.service" in job["unit"]["requires"]
            assert f"borgbackup-lock-{name}.service" in job["unit"]["after"]
            assert job["lock"]["unitConfig"]["StopWhenUnneeded"] is True
            assert job["lock"]["serviceConfig"]["Type"] == "forking"

    def test_keeps_a_second_job_waiting_until_the_first_is_over(self, machine: Machine) -> None:
        first = machine.take_lock("one")
        script = machine.script(machine.facts["jobs"]["two"]["lock"]["serviceConfig"]["ExecStart"])
        second = subprocess.Popen(
            ["bash", "-c", script], env=machine.environment(), start_new_session=True, stdout=subprocess.DEVNULL
        )
        time.sleep(0.2)
        assert second.poll() is None
        machine.release_lock(first)
        assert second.wait(timeout=10) == 0
        machine.release_lock(second.pid)


class TestFolders:
    def test_below_others_are_saved_once(self, machine: Machine, home: Path) -> None:
        assert machine.facts["jobs"]["one"]["paths"] == [f"{home}/alpha", f"{home}/with:colon", f"{home}/gamma"]

    def test_that_are_missing_are_reported_and_the_rest_is_saved(self, machine: Machine, home: Path) -> None:
        done = machine.start("one")
        assert not done["failed"]
        assert f"{home}/gamma does not exist" in done["said"]
        assert f"{home}/alpha does not exist" not in done["said"]
        assert machine.facts["jobs"]["one"]["failOnWarnings"] is False

    def test_that_are_all_missing_stop_the_job(self, machine: Machine) -> None:
        hook = machine.facts["jobs"]["one"]["preHook"].replace("/home", "/nowhere")
        done = machine.shell(f"set -e\n{hook.replace('alpha', 'gone').replace('with:colon', 'gone')}\necho saved")
        assert done.returncode == 1
        assert "nothing is saved" in done.stderr
        assert "saved\n" not in done.stdout


def test_prune_never_matches_the_archives_of_another_job(machine: Machine) -> None:
    from fnmatch import fnmatchcase

    glob = machine.facts["jobs"]["one"]["prune"]["prefix"] + "*"
    assert fnmatchcase("a-one-2026-11-23T01:00:00", glob)
    assert fnmatchcase("a-one-2026-11-23T01:00:00.failed", glob)
    assert not fnmatchcase("a-one-more-2026-11-23T01:00:00", glob)


def test_a_job_starts_at_its_own_moment(machine: Machine) -> None:
    timer = machine.facts["jobs"]["one"]["timer"]
    assert timer["RandomizedDelaySec"] > 0
    assert timer["FixedRandomDelay"] is True


def test_without_state_there_is_no_half_made_unit_but_a_warning(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(CLAN[: CLAN.index("  machines.a = {")] + "}\n")
    folder = rendered(tmp_path / "clan.nix") / "a"
    empty = Machine(folder, tmp_path / "empty")
    assert empty.facts["jobs"] == {}
    assert any("nothing is backed up on a" in warning for warning in empty.facts["warnings"])
    declared = Machine(folder, tmp_path / "declared", module='{ clan.core.state.x.folders = [ "/x" ]; }')
    assert declared.facts["jobs"]["one"]["paths"] == ["/x"]
    assert not declared.facts["warnings"]


BORG_JOB = """#!/bin/sh
printf '%s\\n' "$@" | tee -a "$LOG" > /dev/null
case $1 in
  list) test "$UNREACHABLE" != NAME || exit 2; echo '{"archives": [{"name": "a-NAME-1"}, {"name": "a-NAME-2"}]}' ;;
esac
"""


@pytest.fixture
def with_borg(machine: Machine) -> Machine:
    """The machine with programs in the place of the wrappers that NixOS makes for each job."""
    for job in ("one", "two"):
        machine.command(f"borg-job-{job}", BORG_JOB.replace("NAME", job))
    machine.command("systemctl", '#!/bin/sh\necho "$@" >> "$LOG"; test "$2" != "borgbackup-job-$BROKEN.service"\n')
    return machine


class TestCommands:
    def test_create_starts_every_job_also_after_a_failure(self, with_borg: Machine) -> None:
        done = with_borg.run("borgbackup-create", BROKEN="one")
        assert with_borg.logged() == ["start borgbackup-job-one.service", "start borgbackup-job-two.service"]
        assert done.returncode == 1
        assert "could not start: one" in done.stderr
        assert with_borg.run("borgbackup-create", BROKEN="").returncode == 0

    @pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
    def test_list_prints_what_clan_core_prints(self, with_borg: Machine) -> None:
        done = with_borg.run("borgbackup-list", UNREACHABLE="")
        assert json.loads(done.stdout) == [
            {"name": "one::borg@one:.::a-one-1"},
            {"name": "one::borg@one:.::a-one-2"},
            {"name": "two::borg@two:.::a-two-1"},
            {"name": "two::borg@two:.::a-two-2"},
        ]
        assert done.returncode == 0

    @pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
    def test_list_shows_the_rest_when_a_repository_cannot_be_read(self, with_borg: Machine) -> None:
        done = with_borg.run("borgbackup-list", UNREACHABLE="one")
        assert [archive["name"] for archive in json.loads(done.stdout)] == [
            "two::borg@two:.::a-two-1",
            "two::borg@two:.::a-two-2",
        ]
        assert done.returncode == 1
        assert "cannot list the archives of one in borg@one:." in done.stderr

    def test_restore_restores_the_folders_that_were_asked_for(self, with_borg: Machine, home: Path) -> None:
        done = with_borg.run("borgbackup-restore", NAME="one::borg@one:.::a-one-1", FOLDERS=f"{home}/alpha:/other")
        assert done.returncode == 0, done.stderr
        assert with_borg.logged() == [
            "extract",
            "--sparse",
            "--lock-wait",
            "600",
            "::a-one-1",
            f"pp:{home}/alpha".replace("pp:/", "pp:"),
            "pp:other",
        ]

    def test_restore_knows_folders_with_colons(self, with_borg: Machine, home: Path) -> None:
        with_borg.run("borgbackup-restore", NAME="one::borg@one:.::a-one-1", FOLDERS=f"{home}/with:colon:{home}/alpha")
        relative = str(home).lstrip("/")
        assert with_borg.logged()[5:] == [f"pp:{relative}/with:colon", f"pp:{relative}/alpha"]

    def test_restore_knows_folders_that_are_saved_as_a_part_of_others(self, with_borg: Machine, home: Path) -> None:
        relative = str(home).lstrip("/")
        for written in (f"{home}/with:colon/in:side/", f"{home}/with:colon/in:side"):
            with_borg.run("borgbackup-restore", NAME="one::borg@one:.::a-one-1", FOLDERS=f"{written}:{home}/gamma/")
            assert with_borg.logged()[5:] == [f"pp:{written.removeprefix('/')}", f"pp:{relative}/gamma/"]

    @pytest.mark.parametrize("folders", ["", ":", "::"])
    def test_restore_never_restores_everything(self, with_borg: Machine, folders: str) -> None:
        done = with_borg.run("borgbackup-restore", NAME="one::borg@one:.::a-one-1", FOLDERS=folders)
        assert done.returncode == 1
        assert "no folder to restore" in done.stderr
        assert with_borg.logged() == []

    @pytest.mark.parametrize("name", ["", "one", "one::x", "nine::borg@one:.::x", "one::borg@one:.::", "; rm -rf /::a::b"])
    def test_restore_refuses_names_that_are_no_archive(self, with_borg: Machine, name: str) -> None:
        done = with_borg.run("borgbackup-restore", NAME=name, FOLDERS="/x")
        assert done.returncode == 1
        assert "is no archive of this machine" in done.stderr
        assert with_borg.logged() == []

    def test_restore_takes_names_with_addresses_in_brackets(self, with_borg: Machine) -> None:
        with_borg.run("borgbackup-restore", NAME="one::borg@[fd00::1]:.::a-one-1", FOLDERS="/x")
        assert with_borg.logged()[4:] == ["borg@[fd00::1]:.::a-one-1", "pp:x"]

    def test_restore_waits_for_a_running_backup(self, with_borg: Machine) -> None:
        with (with_borg.place / "lock" / "clanback-borgbackup").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiting = subprocess.Popen(
                [str(with_borg.bin / "borgbackup-restore")],
                env={**with_borg.environment(), "NAME": "one::borg@one:.::a-one-1", "FOLDERS": "/x"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            time.sleep(0.2)
            assert waiting.poll() is None
            assert with_borg.logged() == []
        assert waiting.wait(timeout=10) == 0
        assert with_borg.logged()[0] == "extract"

    def test_are_clean_in_the_eyes_of_shellcheck(self, machine: Machine) -> None:
        if shutil.which("shellcheck") is None:
            pytest.skip("shellcheck is not installed")
        for name in ("borgbackup-create", "borgbackup-list", "borgbackup-restore"):
            text = machine.facts["commands"][name]
            done = subprocess.run(["shellcheck", "--shell=bash", "-"], input=text, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout


def test_a_state_has_its_commands_in_the_path(machine: Machine) -> None:
    assert {"pre-backup-alpha", "post-backup-alpha", "pre-backup-beta", "post-backup-gamma"} <= set(machine.facts["commands"])
    assert "pre-backup-gamma" not in machine.facts["commands"]


@pytest.fixture(scope="module")
def for_clan_core(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    root = tmp_path_factory.mktemp("clan")
    (root / "clan.nix").write_text(CLAN.replace("@", str(home)))
    return Machine(rendered(root / "clan.nix", compat="clan-core") / "a", tmp_path_factory.mktemp("a"))


class TestForClanCore:
    """With `--compat clan-core` hooks run as clan-core runs them."""

    def test_all_hooks_run_in_the_order_of_names_and_a_failure_stops_the_job(self, for_clan_core: Machine, home: Path) -> None:
        service = for_clan_core.facts["jobs"]["one"]["unit"]["serviceConfig"]
        (before,), (after,) = service["ExecStartPre"], service["ExecStopPost"]
        (home / "fail").touch()
        done = for_clan_core.shell(for_clan_core.script(before))
        assert for_clan_core.logged() == ["pre alpha", "pre beta"]
        assert (done.returncode, done.stderr) == (1, "pre-backup hooks failed: beta\n")
        assert for_clan_core.shell(for_clan_core.script(after)).returncode == 0
        assert for_clan_core.logged() == ["post alpha", "post beta", "post gamma"]

    def test_nothing_of_ours_is_added(self, for_clan_core: Machine) -> None:
        job = for_clan_core.facts["jobs"]["one"]
        assert job["lock"] is None
        assert job["timer"] == {}
        assert job["preHook"] == ""
        assert job["failOnWarnings"] is True
        assert job["prune"]["prefix"] == "a-one"


@pytest.mark.skipif(shutil.which("borg") is None or shutil.which("jq") is None, reason="borg or jq is not installed")
class TestWithRealBorg:
    """The job's folders and the commands, on a repository that Borg itself keeps."""

    @pytest.fixture
    def saved(self, machine: Machine, home: Path, tmp_path: Path) -> Machine:
        repository = tmp_path / "repository"
        borg = shutil.which("borg")
        machine.command(
            "borg-job-one",
            f'#!/bin/sh\nexport BORG_REPO={repository} BORG_PASSPHRASE=x BORG_BASE_DIR={tmp_path}\nexec {borg} "$@"\n',
        )
        for arguments in (["init", "--encryption", "repokey"], ["create", "::a-one-1", *machine.facts["jobs"]["one"]["paths"]]):
            done = subprocess.run([machine.bin / "borg-job-one", *arguments], capture_output=True, text=True, check=False)
            assert done.returncode <= 1, done.stderr  # 1: a folder is missing
        machine.command("borg-job-two", "#!/bin/sh\necho '{\"archives\": []}'\n")
        return machine

    def test_what_was_lost_comes_back_and_nothing_else_changes(self, saved: Machine, home: Path) -> None:
        (found,) = json.loads(saved.run("borgbackup-list").stdout)
        lost, kept = home / "with:colon" / "file", home / "alpha" / "inside" / "file"
        lost.unlink()
        kept.write_text("newer")
        done = saved.run("borgbackup-restore", NAME=found["name"], FOLDERS=f"{home}/with:colon")
        assert done.returncode == 0, done.stderr
        assert lost.read_text() == "with:colon"
        assert kept.read_text() == "newer"

    def test_a_folder_that_is_not_in_the_archive_is_an_error(self, saved: Machine, home: Path) -> None:
        done = saved.run("borgbackup-restore", NAME="one::borg@one:.::a-one-1", FOLDERS=f"{home}/nothing")
        assert done.returncode != 0
        assert "never matched" in done.stderr

    def test_prune_takes_this_jobs_archives_only(self, saved: Machine, home: Path) -> None:
        for archive in ("a-one-2026-11-23T01:00:00", "a-one-2026-11-22T01:00:00", "a-one-more-2026-11-21T01:00:00"):
            subprocess.run([saved.bin / "borg-job-one", "create", f"::{archive}", f"{home}/with:colon"], check=True)
        glob = saved.facts["jobs"]["one"]["prune"]["prefix"] + "*"
        subprocess.run([saved.bin / "borg-job-one", "prune", "--keep-last", "1", "--glob-archives", glob], check=True)
        left = json.loads(saved.run("borgbackup-list").stdout)
        assert [archive["name"].rpartition("::")[2] for archive in left] == [
            "a-one-1",
            "a-one-2026-11-22T01:00:00",
            "a-one-more-2026-11-21T01:00:00",
        ]
