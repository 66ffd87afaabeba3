"""A machine that speaks clan-core's contract alone: create, list, lose, restore; and what it cannot do is said."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clanback.remote.ssh import session
from clanback.remote.targets import parse_target
from tests.e2e.contract import follow_contract
from tests.e2e.loopback import Network, key_pair, needed, network, run

pytestmark = needed

CLAN = """{{
  meta.name = "test";
  inventory.machines.laptop.deploy.targetHost = "{target}";
  inventory.machines.server.deploy.targetHost = "root@127.0.0.1:1";
  inventory.instances.borgbackup = {{
    roles.client.machines.laptop.settings.destinations.box = {{ repo = "{repo}"; }};
  }};
  machines.laptop.clan.core.state = {{
    documents.folders = [ "{files}/documents" ];
    pictures = {{
      folders = [ "{files}/pictures" ];
      preRestoreScript = "stop";
      postRestoreScript = "start";
    }};
    odd.folders = [ "{files}/with:colon" ];
  }};
}}
"""


class Setting:
    saved = ""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.server = net.machine("server")
        self.laptop = net.machine("laptop")
        self.files = net.folder / "files"
        for name in ("documents", "pictures", "with:colon"):
            (self.files / name).mkdir(parents=True)
            (self.files / name / "one.txt").write_text(f"{name}\n")
        client = key_pair(self.laptop.folder / "client")
        self.server.authorize(client)
        self.repository = net.folder / "repository"
        self.repo = f"ssh://borg@127.0.0.1:{self.server.port}{self.repository}"
        rsh = f"ssh -i {self.laptop.folder}/client -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
        run("borg", "init", "-e", "repokey", str(self.repository), BORG_PASSPHRASE="secret", BORG_BASE_DIR=str(net.folder / "b"))
        follow_contract(self.laptop, {"box": self.repo}, [str(self.files)], rsh)
        for phase in ("pre", "post"):
            self.laptop.command(f"{phase}-restore-pictures", f"echo {phase} >> {self.laptop.folder}/hooks")
        net.write(CLAN.format(target=self.laptop.target, repo=self.repo, files=self.files))

    def archives(self) -> list[str]:
        """As `list` prints them."""
        done = self.net.clanback("backups", "list", "laptop")
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def save(self) -> str:
        done = self.net.clanback("backups", "create", "laptop", "--wait")
        assert (done.returncode, done.stdout) == (0, "successfully started backup\nbox: successfully finished backup\n"), (
            done.stderr
        )
        return self.archives()[-1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    with network(tmp_path_factory.mktemp("contract")) as net:
        setting = Setting(net)
        setting.saved = setting.save()
        yield setting


@pytest.fixture
def setting(made: Setting) -> Setting:
    """A laptop with one archive, its files as they were saved."""
    for name in ("documents", "pictures", "with:colon"):
        (made.files / name / "one.txt").write_text(f"{name}\n")
    for name in ("hooks", "asked"):
        (made.laptop.folder / name).unlink(missing_ok=True)
    return made


def test_hooks_run_around_a_restore(setting: Setting) -> None:
    archive = setting.saved
    (setting.files / "pictures/one.txt").unlink()
    done = setting.net.clanback("backups", "restore", "laptop", "borgbackup", archive, "--service", "pictures")
    assert done.returncode == 0, done.stderr
    assert (setting.laptop.folder / "hooks").read_text() == "pre\npost\n"
    done = setting.net.clanback("backups", "restore", "laptop", "borgbackup", archive + "x", "--service", "pictures")
    assert done.returncode == 3
    assert "CB465" in done.stderr
    assert (setting.laptop.folder / "hooks").read_text() == "pre\npost\npre\npost\n"


def test_what_the_contract_cannot_say_is_refused(setting: Setting) -> None:
    archive = setting.saved
    restore = ("backups", "restore", "laptop", "borgbackup", archive)
    for words, code in [
        (("--service", "odd"), "CB471"),
        ((), "CB471"),
        (("--service", "documents", "--target", "/tmp"), "CB472"),
        (("--service", "nothing"), "CB469"),
        (("--path", "relative"), "CB470"),
        (("--service", "documents", "--path", str(setting.files / "pictures")), "CB470"),
    ]:
        done = setting.net.clanback(*restore, *words)
        assert done.returncode == (2 if "relative" in words else 3)
        assert f"error[{code}]" in done.stderr
    assert not (setting.laptop.folder / "asked").exists()
    done = setting.net.clanback(*restore, "--service", "documents", "--dry-run")
    assert (done.returncode, done.stdout) == (0, f"would ask for {setting.files}/documents\n")
    assert "CB472" in done.stderr
    assert not (setting.laptop.folder / "asked").exists()


def test_one_failing_machine_hides_no_other(setting: Setting) -> None:
    archive = setting.saved
    done = setting.net.clanback("backups", "list", "laptop", "server")
    assert done.returncode == 3
    assert done.stdout == f"laptop: {archive}\n"
    assert "the clan gives server no backups" in done.stderr


@pytest.mark.parametrize(
    "greeting", [r"Welcome! [1] {news}\n", r"no line end", r"[]\n\033]0;title\007", r'[{"name": "false"}]\n']
)
def test_greetings_of_login_scripts_are_no_answers(setting: Setting, greeting: str) -> None:
    archive = setting.saved
    setting.laptop.greeting = greeting
    setting.laptop.restart()
    assert setting.archives() == [archive]
    setting.laptop.greeting = ""
    setting.laptop.restart()


def test_an_unknown_host_key_ends_it_before_anything_is_sent(setting: Setting) -> None:
    stranger = key_pair(setting.net.folder / "stranger")
    setting.net.pin(setting.laptop)
    assert setting.archives() == [setting.saved]
    setting.net.pin(setting.laptop, stranger)
    done = setting.net.clanback("backups", "create", "laptop")
    assert done.returncode == 4
    assert "error[CB463]" in done.stderr
    setting.net.pin(setting.laptop)


def test_the_tutorial(setting: Setting) -> None:
    net = setting.net
    done = net.clanback("backups", "create", "laptop")
    assert (done.returncode, done.stdout) == (0, "successfully started backup\n"), done.stderr
    for _ in range(100):
        archives = setting.archives()
        if len(archives) == 2:
            break
        time.sleep(0.1)
    assert archives[0].startswith(f"box::{setting.repo}::laptop-box-")
    (setting.files / "documents/one.txt").unlink()
    (setting.files / "pictures/one.txt").write_text("changed since\n")
    done = net.clanback("backups", "restore", "laptop", "borgbackup", archives[0], "--service", "documents")
    assert done.returncode == 0, done.stderr
    assert (setting.files / "documents/one.txt").read_text() == "documents\n"
    assert (setting.files / "pictures/one.txt").read_text() == "changed since\n"
    done = net.clanback("backups", "list", "laptop", "--json")
    (machine,) = json.loads(done.stdout)["machines"]
    assert [archive["name"] for archive in machine["archives"]] == archives
    cached = list((net.home / "cache/clanback").iterdir())
    assert [json.loads(file.read_text()) for file in cached] == [{"laptop": archives}]
    assert cached[0].stat().st_mode & 0o777 == 0o600


def test_a_door_where_many_stand_is_tried_again(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a jump host is, when all machines behind it are asked at once."""
    monkeypatch.setattr("clanback.remote.ssh._PAUSES", (1,) * 40)  # however busy this computer is
    door = setting.net.machine("door", startups="1:100:1")
    target = parse_target("door", door.target)
    with session() as opened, ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda word: opened.run(target, ["echo", word], shared=False).text, "abcdef"))
    assert answers == [f"{word}\n" for word in "abcdef"]
    assert "past MaxStartups" in door.log()


def test_a_machine_that_is_off(setting: Setting) -> None:
    setting.laptop.stop()
    done = setting.net.clanback("backups", "list", "laptop")
    setting.laptop.start()
    assert done.returncode == 4
    assert "error[CB462]: laptop cannot be reached at 127.0.0.1" in done.stderr


def test_an_archive_from_the_future_is_not_the_newest(setting: Setting) -> None:
    kept = (setting.laptop.bin / "borgbackup-list").read_text()
    future = f"{setting.saved[:-19]}{datetime.now(UTC).year + 1}-01-02T03:04:05"
    (setting.laptop.folder / "listed").write_text(json.dumps([{"name": setting.saved}, {"name": future}]))
    setting.laptop.command("borgbackup-list", f"cat {setting.laptop.folder}/listed")
    done = setting.net.clanback("backups", "status", "laptop", "--format", "json")
    setting.laptop.command("borgbackup-list", kept)
    (job,) = json.loads(done.stdout)["machines"][0]["jobs"]
    assert (job["newest"], job["ahead"]) == (setting.saved, [future])
    assert "warning[CB484]" in done.stderr


def test_hostile_names_steer_no_terminal(setting: Setting) -> None:
    kept = (setting.laptop.bin / "borgbackup-list").read_text()
    hostile = json.dumps([{"name": "box::r::\x1b]0;owned\x07\u202eevil\n::x"}])
    (setting.laptop.folder / "hostile").write_text(hostile)
    setting.laptop.command("borgbackup-list", f"cat {setting.laptop.folder}/hostile")
    done = setting.net.clanback("backups", "list", "laptop")
    setting.laptop.command("borgbackup-list", kept)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout + done.stderr
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "name", ["-oProxyCommand=touch {mark}", "a b; touch {mark}", "$(touch {mark})", "../../{mark}", "\\x1b[31mred"]
)
def test_hostile_machine_names_start_nothing(setting: Setting, tmp_path: Path, name: str) -> None:
    mark = tmp_path / "mark"
    name = name.format(mark=mark)
    quoted = json.dumps(name).replace("${", "\\${")
    (tmp_path / "clan.nix").write_text(
        f'{{ meta.name = "x"; inventory.machines.{quoted}.deploy.targetHost = "{setting.laptop.target}";\n'
        f'inventory.instances.borgbackup.roles.client.machines.{quoted}.settings.destinations.box.repo = "/r";\n'
        f'machines.{quoted}.clan.core.state.d.folders = [ "/d" ]; }}\n'
    )
    done = setting.net.clanback("--clan", str(tmp_path), "backups", "list", "--", name)
    assert done.returncode in (0, 2, 3)
    assert "CB900" not in done.stderr
    assert not mark.exists()
    assert "\x1b" not in done.stderr
