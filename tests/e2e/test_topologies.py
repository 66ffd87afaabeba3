"""Who backs up to whom, in every way: two servers, a machine that is client and server, a disk, a box at the end of an `rsh`.

All with the commands of the operator, and with the settings of the services that change what is saved and where it goes.
"""

from __future__ import annotations

import collections
import json
from collections.abc import Iterator

import pytest

from tests.e2e.clans import LivingClan, needs_machines

pytestmark = [pytest.mark.slow, needs_machines]

CLAN = """{
  meta.name = "home";
  inventory.machines = {
    laptop = { deploy.targetHost = "root@HOST(laptop)"; tags = [ "saved" ]; };
    vault.deploy.targetHost = "root@HOST(vault)";
    nas = { deploy.targetHost = "root@HOST(nas)"; tags = [ "saved" ]; };
    box.deploy.targetHost = "root@HOST(box)";
  };
  inventory.instances.borgbackup = {
    roles.client.tags.saved = { };
    roles.client.settings.exclude = [ "*.tmp" ];
    roles.client.machines.laptop.settings = {
      exclude = [ "/home/alice/cache" ];
      startAt = "*-*-* 04:30:00";
      destinations.disk.repo = "/mnt/disk/laptop";
      destinations.box = {
        repo = "ssh://store@HOST(box)/./of-laptop";
        rsh = "RSH";
      };
    };
    roles.server.machines.vault.settings.address = "HOST(vault)";
  };
  inventory.instances.to-nas = {
    module.name = "borgbackup";
    roles.client.machines.laptop = { };
    roles.server.machines.nas.settings = { address = "HOST(nas)"; directory = "/srv/backups of others"; };
  };
  inventory.instances.sshd = {
    roles.server.tags.all = { };
    roles.server.settings.authorizedKeys.admin = "KEY";
  };
  machines.laptop = {
    systemd.tmpfiles.rules = [ "d /mnt/disk 0700 root root -" "d /home/alice 0755 root root -" ];
    clan.core.state.home = {
      folders = [ "/home/alice" ];
      preBackupScript = "echo before >> /var/log/hooks";
      postBackupScript = "echo after >> /var/log/hooks";
    };
  };
  machines.nas.clan.core.state.photos.folders = [ "/srv/photos" ];
}
"""
RSH = (
    "ssh -i /run/secrets/vars/per-machine/laptop/borgbackup/borgbackup.ssh "
    "-o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes"
)
BOX = """{
  services.openssh.enable = true;
  users.users.store = {
    isNormalUser = true;
    openssh.authorizedKeys.keys = [ (builtins.readFile @/vars/per-machine/laptop/borgbackup/borgbackup.ssh.pub/value) ];
  };
}"""
JOBS = ["box", "disk", "nas", "vault"]


@pytest.fixture(scope="module")
def clan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingClan]:
    folder = tmp_path_factory.mktemp("clan")
    box = BOX.replace("@", str(folder / "clan"))
    with LivingClan(folder, CLAN.replace("RSH", RSH), ["laptop", "vault", "nas", "box"], {"box": box}) as made:
        made.start()
        home = made.path("laptop", "/home/alice")
        (home / "cache").mkdir()
        for name in ("letter", "draft.tmp", "cache/junk"):
            (home / name).write_text(name)
        made.path("nas", "/srv/photos").mkdir(parents=True)
        made.path("nas", "/srv/photos/cat").write_text("meow")
        yield made


@pytest.fixture(scope="module")
def archives(clan: LivingClan) -> dict[str, str]:
    """Back up everything, side by side; the archives of the laptop by job."""
    done = clan.clanback("backups", "create", "laptop", "nas", "--wait")
    assert done.status == 0, done.stderr.decode() + logs(clan)
    listed = clan.clanback("backups", "list", "laptop")
    assert listed.status == 0, listed.stderr.decode()
    return {line.split("::")[0]: line for line in listed.text.splitlines()}


def logs(clan: LivingClan) -> str:
    return "".join(path.read_text() for name in clan.names for path in clan.path(name, "/var/log/units").glob("*.log"))


def test_each_job_of_a_client_makes_an_archive(archives: dict[str, str]) -> None:
    assert sorted(archives) == JOBS
    assert archives["disk"].startswith("disk::/mnt/disk/laptop::laptop-disk-")
    assert archives["box"].startswith("box::ssh://store@192.0.2.14/./of-laptop::laptop-box-")


@pytest.mark.parametrize("job", JOBS)
def test_each_of_them_brings_files_back(clan: LivingClan, archives: dict[str, str], job: str) -> None:
    letter = clan.path("laptop", "/home/alice/letter")
    letter.write_text("overwritten by mistake")
    done = clan.clanback("backups", "restore", "laptop", "borgbackup", archives[job])
    assert done.status == 0, done.stderr.decode()
    assert letter.read_text() == "letter"


def test_what_is_excluded_on_any_level_is_not_saved(clan: LivingClan, archives: dict[str, str]) -> None:
    for name in ("letter", "draft.tmp", "cache/junk"):
        clan.path("laptop", "/home/alice").joinpath(name).unlink()
    done = clan.clanback("backups", "restore", "laptop", "borgbackup", archives["vault"])
    assert done.status == 0, done.stderr.decode()
    home = clan.path("laptop", "/home/alice")
    assert sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()) == ["letter"]


def test_a_machine_may_be_client_and_server(clan: LivingClan, archives: dict[str, str]) -> None:
    listed = clan.clanback("backups", "list", "nas")
    assert listed.status == 0, listed.stderr.decode()
    (name,) = listed.text.splitlines()
    assert name.startswith("vault::borg@192.0.2.12:.::nas-vault-")
    clan.path("nas", "/srv/photos/cat").unlink()
    done = clan.clanback("backups", "restore", "nas", "borgbackup", name)
    assert done.status == 0, done.stderr.decode()
    assert clan.path("nas", "/srv/photos/cat").read_text() == "meow"


def test_every_repository_lies_where_the_settings_say(clan: LivingClan, archives: dict[str, str]) -> None:
    places = [
        ("vault", "/var/lib/borgbackup/laptop"),
        ("vault", "/var/lib/borgbackup/nas"),
        ("nas", "/srv/backups of others/laptop"),
        ("laptop", "/mnt/disk/laptop"),
        ("box", "/home/store/of-laptop"),
    ]
    for machine, folder in places:
        assert (clan.path(machine, folder) / "config").is_file(), (machine, folder)


def test_hooks_run_once_around_each_job(clan: LivingClan, archives: dict[str, str]) -> None:
    assert clan.path("laptop", "/var/log/hooks").read_text().split() == ["before", "after"] * len(JOBS)


def test_a_client_cannot_look_into_anothers_repository(clan: LivingClan, archives: dict[str, str]) -> None:
    key = "/run/secrets/vars/per-machine/nas/borgbackup/borgbackup.ssh"
    rsh = f"ssh -i {key} -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new"
    done = clan.ssh(
        "nas", f"BORG_RSH='{rsh}' BORG_PASSPHRASE=x borg list ssh://borg@192.0.2.12/var/lib/borgbackup/laptop </dev/null"
    )
    assert done.returncode != 0
    assert b"not allowed" in done.stderr or b"not a valid repository" in done.stderr.lower()


def test_one_provider_or_job_can_be_asked_for(clan: LivingClan, archives: dict[str, str]) -> None:
    done = clan.clanback("backups", "create", "laptop", "--provider", "borgbackup", "--job", "disk", "--wait")
    assert done.status == 0, done.stderr.decode()
    listed = json.loads(clan.clanback("backups", "list", "laptop", "--json").text)
    assert listed["format_version"] == 1
    assert collections.Counter(one["name"].split("::")[0] for one in listed["machines"][0]["archives"]) == {
        **dict.fromkeys(JOBS, 1),
        "disk": 2,
    }


def test_an_unreachable_machine_does_not_hide_the_others(clan: LivingClan, archives: dict[str, str]) -> None:
    clan.machines["nas"].stop()
    try:
        done = clan.clanback("backups", "list", "nas", "laptop")
    finally:
        clan.machines["nas"].start()
    assert done.status == 4
    assert "laptop-vault-" in done.text
    assert "nas" in done.stderr.decode()


def test_a_path_below_a_folder_can_be_restored_alone(clan: LivingClan, archives: dict[str, str]) -> None:
    home = clan.path("laptop", "/home/alice")
    (home / "other").write_text("not touched")
    (home / "letter").unlink()
    done = clan.clanback("backups", "restore", "laptop", "borgbackup", archives["nas"], "--path", "/home/alice/letter")
    assert done.status == 0, done.stderr.decode()
    assert (home / "letter").read_text() == "letter"
    assert (home / "other").read_text() == "not touched"


def test_files_can_be_restored_beside_the_present_ones(clan: LivingClan, archives: dict[str, str]) -> None:
    letter = clan.path("laptop", "/home/alice/letter")
    letter.write_text("today's")
    done = clan.clanback("backups", "restore", "laptop", "borgbackup", archives["vault"], "--target", "/tmp/back then")
    assert done.status == 0, done.stderr.decode()
    assert letter.read_text() == "today's"
    assert clan.path("laptop", "/tmp/back then/home/alice/letter").read_text() == "letter"
