"""A machine that is gone, and its repositories: on a server it may only add to, in a box at the end of an `rsh` with a key and a
port of its own, on a disk. They are pruned, verified and restored from the operator's computer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from clanback.demo import witness
from tests.e2e.clans import LivingClan, needs_machines

pytestmark = [
    pytest.mark.slow,
    needs_machines,
    pytest.mark.skipif(os.geteuid() != 0, reason="owners can be compared only where root restores"),
]

CLAN = """{
  meta.name = "home";
  inventory.machines = {
    laptop.deploy.targetHost = "root@HOST(laptop)";
    vault.deploy.targetHost = "root@HOST(vault)";
    box.deploy.targetHost = "root@HOST(box)";
    desk = { };
    away.deploy.targetHost = "root@127.0.0.1:9";
  };
  inventory.instances.borgbackup = {
    roles.client.machines.laptop.settings.destinations = {
      disk.repo = "/mnt/disk/laptop";
      box.repo = "ssh://store@ADDRESS(box)/./of-laptop";
      box.rsh = "ssh -p PORT(box) -i /root/box-key -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes";
    };
    roles.server.machines.vault.settings.address = "HOST(vault)";
  };
  inventory.instances.to-away = {
    module.name = "borgbackup";
    roles.client.machines.desk = { };
    roles.server.machines.away = { };
  };
  inventory.instances.sshd.roles.server.tags.all = { };
  inventory.instances.sshd.roles.server.settings.authorizedKeys.admin = "KEY";
  machines.laptop.clan.core.state.documents.folders = [ "/srv/documents" ];
  machines.desk.clan.core.state.documents.folders = [ "/srv/documents" ];
}
"""
SETTINGS = """
[instances.borgbackup]
append_only = true
retention = { within = "2d", daily = 0, weekly = 0 }
[instances.to-away]
append_only = true
"""
BOX = """{
  services.openssh.enable = true;
  users.users.store = {
    isNormalUser = true;
    openssh.authorizedKeys.keys = map builtins.readFile [ @/box-key.pub @/home/.ssh/id_ed25519.pub ];
  };
}"""
OLD = ["2025-01-01T00:00:00", "2025-01-02T00:00:00"]


class Gone(LivingClan):
    """The laptop has made archives in each of its repositories, long ago, and is no more."""

    def __init__(self, folder: Path) -> None:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "box-key"], check=True)
        box = BOX.replace("@", str(folder))
        super().__init__(folder, CLAN, ["laptop", "vault", "box"], {"box": box}, settings=SETTINGS)
        key = self.path("laptop", "/root/box-key")
        key.write_bytes((folder / "box-key").read_bytes())
        key.chmod(0o600)
        documents = self.path("laptop", "/srv/documents")
        documents.mkdir(parents=True)
        (documents / "letter").write_text("Dear all\n")
        (documents / os.fsdecode(b"bad\xff\nname")).write_bytes(os.urandom(100_000))
        (documents / "link").symlink_to("letter")
        os.link(documents / "letter", documents / "the same letter")
        os.chown(documents / "letter", 1234, 4321)
        with (documents / "holes").open("wb") as file:
            file.truncate(20_000_000)
        self.documents = witness.look(str(documents))
        self.start()
        self.ssh("laptop", "mkdir -p /mnt/disk")
        for job, others in {"vault": OLD, "box": OLD, "disk": []}.items():
            archives = [f"laptop-{job}-more-{time}" for time in others[:1]] + [
                f"laptop-{job}-{time}" for time in others[:1] + OLD[1:]
            ]
            made = "".join(f"; borg-job-{job} create --timestamp {name[-19:]} ::{name} /srv/documents" for name in archives)
            self.run(f"set -e; borg-job-{job} init --encryption repokey{made}")
        self.machines["laptop"].stop()

    def run(self, command: str) -> None:
        done = self.ssh("laptop", command)
        assert done.returncode == 0, done.stderr.decode()

    def say(self, *words: str, status: int = 0) -> tuple[str, str]:
        """What a command of `backups` prints and says."""
        done = self.clanback("backups", *words)
        assert done.status == status, done.text + done.stderr.decode()
        assert "Traceback" not in done.stderr.decode()
        return done.text, done.stderr.decode()


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gone]:
    with Gone(tmp_path_factory.mktemp("gone")) as made:
        yield made


# ---- verify --from-repository --------------------------------------------------------------------------------------------


def test_the_drill_needs_no_machine(gone: Gone, tmp_path: Path) -> None:
    page, scratch = tmp_path / "drill.md", tmp_path / "scratch"
    words = ("verify", "laptop", "--from-repository", "--check", "data", "--scratch", str(scratch), "--report", str(page))
    out, err = gone.say(*words, status=1)
    assert "2 of 3 jobs good" in out
    assert "a folder of the machine itself" in err  # the disk: see below
    assert "straight from its repository" in page.read_text()
    assert "**2 of 3 jobs good**" in page.read_text()
    assert list(scratch.iterdir()) == []
    shown = json.loads(gone.say("verify", "laptop", "--from-repository", "--job", "box", "--check", "none", "--json")[0])
    (job,) = shown["machines"][0]["jobs"]
    assert (job["good"], job["check_ok"], job["archive"].endswith(f"::laptop-box-{OLD[-1]}")) == (True, None, True)
    assert {name: job["counts"][name] for name in ("files", "folders", "links")} == {"files": 4, "folders": 1, "links": 1}


def test_a_disk_of_the_machine_has_to_be_brought_here(gone: Gone) -> None:
    disk = str(gone.path("laptop", "/mnt/disk/laptop"))
    out, _ = gone.say("verify", "laptop", "--from-repository", "--job", "disk", "--repository", disk)
    assert out.startswith("1 job: good\n")


def test_damage_is_found_from_here_and_not_mended(gone: Gone) -> None:
    data = gone.path("box", "/home/store/of-laptop/data")
    segment = max((path for path in data.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    right = segment.read_bytes()
    wrong = bytearray(right)
    wrong[len(wrong) // 2] ^= 0xFF
    segment.write_bytes(wrong)
    try:
        out, err = gone.say("verify", "laptop", "--from-repository", "--job", "box", status=1)
        assert out.startswith("1 job: not good\n")
        assert "CB485" in err
        assert segment.read_bytes() == bytes(wrong)
    finally:
        segment.write_bytes(right)


def test_what_a_repair_has_lost_is_not_good(gone: Gone) -> None:
    """After `borg check --repair` every check is content: there are zeros where the file was."""
    box = gone.path("box", "/home/store/of-laptop")
    kept = box.with_name("kept")
    subprocess.run(["cp", "-a", box, kept], check=True)
    try:
        segment = max((path for path in (box / "data").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
        wrong = bytearray(segment.read_bytes())
        wrong[len(wrong) // 2] ^= 0xFF
        segment.write_bytes(wrong)
        borg(gone, box, "check", "--repair")
        subprocess.run(["chown", "-R", "--reference", kept, box], check=True)
        out, err = gone.say("verify", "laptop", "--from-repository", "--job", "box", "--check", "data", status=1)
        assert out.startswith("1 job: not good\n")
        assert "zeros: a repair" in err
    finally:
        subprocess.run(["rm", "-r", box], check=True)
        kept.rename(box)


@pytest.mark.parametrize("how", ["through a link", "what a link was"])
def test_a_forged_archive_writes_nowhere(gone: Gone, tmp_path: Path, how: str) -> None:
    """Who has the laptop makes an archive whose entries, extracted by Borg, overwrite files of the operator's computer."""
    victim, name = tmp_path / "victim", "laptop-box-2025-01-03T00:00:00"
    victim.mkdir()
    box = gone.path("box", "/home/store/of-laptop")
    kept = box.with_name("kept")
    subprocess.run(["cp", "-a", box, kept], check=True)
    with tarfile.open(tmp_path / "forged.tar", "w") as tar:
        for path, target in {"srv/documents/a": str(victim), "srv/documents/a/authorized_keys": ""}.items():
            entry = tarfile.TarInfo(path if how == "through a link" else "srv/documents/a")
            entry.type, entry.linkname = (tarfile.SYMTYPE, target) if target else (tarfile.REGTYPE, "")
            tar.addfile(entry)
    try:
        borg(gone, box, "import-tar", "--timestamp", name[-19:], f"::{name}", str(tmp_path / "forged.tar"))
        subprocess.run(["chown", "-R", "--reference", kept, box], check=True)
        err = gone.say("verify", "laptop", "--from-repository", "--job", "box", status=1)[1]
        assert "was not made by `borg create`" in err
        words = ("restore", "laptop", "--from-repository", "--job", "box", "--to", str(tmp_path / "back"))
        assert "was not made by `borg create`" in gone.say(*words, status=3)[1]
        assert list(victim.iterdir()) == []
    finally:
        subprocess.run(["rm", "-r", box], check=True)
        kept.rename(box)


def test_options_that_do_not_go_together(gone: Gone) -> None:
    for words in (
        ("verify", "laptop", "--through", "root@vault"),
        ("verify", "laptop", "--from-repository", "--target-host", "root@laptop"),
        ("verify", "laptop", "--from-repository", "--repository", "/mnt"),
        ("prune", "--job", "box"),
    ):
        gone.say(*words, status=2)


# ---- restore, from every kind of destination -------------------------------------------------------------------------------


@pytest.mark.parametrize("job", ["vault", "box", "disk"])
def test_files_come_from_each_kind_of_repository(gone: Gone, tmp_path: Path, job: str) -> None:
    where = ("--repository", str(gone.path("laptop", "/mnt/disk/laptop"))) if job == "disk" else ()
    gone.say("restore", "laptop", "--from-repository", "--job", job, "--to", str(tmp_path / "back"), *where)
    assert witness.differences(gone.documents, witness.look(str(tmp_path / "back/srv/documents"))) == []


# ---- prune ---------------------------------------------------------------------------------------------------------------


def fates(job: str) -> dict[str, str]:
    """What becomes of each archive: the newest stays, and that of another job is nobody's business."""
    return {f"laptop-{job}-{OLD[0]}": "would prune", f"laptop-{job}-{OLD[1]}": "keeps", f"laptop-{job}-more-{OLD[0]}": "keeps"}


def archives(gone: Gone, place: Path) -> set[str]:
    """What a repository on this computer holds."""
    return set(borg(gone, place, "list", "--short").split())


def borg(gone: Gone, place: Path, *words: str) -> str:
    """What Borg prints, with the laptop's passphrase."""
    secret = gone.clanback("vars", "get", "laptop", "borgbackup/borgbackup.repokey").text.rstrip("\n")
    environment = {
        **os.environ,
        "BORG_PASSPHRASE": secret,
        "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
        "BORG_CHECK_I_KNOW_WHAT_I_AM_DOING": "YES",
        "BORG_REPO": str(place),
        "BORG_BASE_DIR": tempfile.mkdtemp(dir=gone.folder),
    }
    done = subprocess.run(["borg", *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in ((0, 1) if words[0] == "check" else (0,)), done.stderr
    return done.stdout


def size(place: Path) -> int:
    return sum(path.stat().st_size for path in (place / "data").rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("machine", "place", "job"), [("vault", "/var/lib/borgbackup/laptop", "vault"), ("box", "/home/store/of-laptop", "box")]
)
def test_prune_keeps_what_the_plan_says_and_the_newest_in_any_case(gone: Gone, machine: str, place: str, job: str) -> None:
    """Retention is an hour, and all archives are old: without care, all would go."""
    repository = gone.path(machine, place)
    words = ("prune", "laptop", "--job", job)
    out, err = gone.say(*words, "--dry-run")
    said = dict(reversed(line.rsplit(" ", 1)) for line in out.splitlines())
    assert said == fates(job)
    assert "1 of 3 archives would be pruned" in err
    assert archives(gone, repository) == set(fates(job))
    before = size(repository)

    out, _ = gone.say(*words)
    assert out == f"pruned laptop-{job}-{OLD[0]}\n"
    assert archives(gone, repository) == {name for name, fate in fates(job).items() if fate == "keeps"}
    assert size(repository) < before
    owners = {path.stat().st_uid for path in repository.rglob("*")}
    assert owners == {repository.stat().st_uid}  # the client, were it there, could go on
    assert gone.say(*words)[0] == ""


def test_a_thief_is_found_out_before_space_is_freed(gone: Gone) -> None:
    """With the laptop's key somebody deletes what the server only marks as deleted; the prune before knows what was there."""
    gone.machines["laptop"].start()
    try:
        gone.run(f"borg-job-vault delete ::laptop-vault-more-{OLD[0]}")
    finally:
        gone.machines["laptop"].stop()
    before = size(gone.path("vault", "/var/lib/borgbackup/laptop"))
    out, err = gone.say("prune", "laptop", status=3)
    assert (out, "error[CB474]" in err, "it was there and is gone" in err) == ("", True, True)
    assert size(gone.path("vault", "/var/lib/borgbackup/laptop")) >= before
    (identity,) = set(re.findall(r"\b[0-9a-f]{64}\b", err))
    assert "0 of 1 archive pruned" in gone.say("prune", "laptop", "--accept", identity)[1]


def test_one_that_fails_does_not_keep_back_the_others(gone: Gone) -> None:
    shown = json.loads(gone.say("prune", "--dry-run", "--json", status=4)[0])
    jobs = {one["machine"]: [job["job"] for job in one["jobs"]] for one in shown["machines"]}
    assert jobs == {"laptop": ["vault"], "desk": []}
    assert [found["code"] for one in shown["machines"] for found in one["diagnostics"]] == ["CB462"]


def test_a_repository_that_is_not_shown_to_be_the_machines_is_left_alone(gone: Gone) -> None:
    """Neither one that another passphrase opens, nor one in which the job has made nothing."""
    secret = next((gone.repository / "secrets").rglob("laptop/borgbackup/borgbackup.repokey/*.age"))
    kept = secret.read_bytes()
    secret.write_bytes((secret.parent.parent / "borgbackup.ssh/borgbackup.ssh.age").read_bytes())
    try:
        for job in ("vault", "box"):
            assert "CB473" in gone.say("prune", "laptop", "--job", job, status=3)[1]
    finally:
        secret.write_bytes(kept)
    box = gone.path("box", "/home/store/of-laptop")
    box.rename(box.with_name("kept"))
    vault = gone.path("vault", "/var/lib/borgbackup/laptop")
    subprocess.run(["cp", "-a", vault, box], check=True)  # the laptop's passphrase opens it, but it is another job's
    subprocess.run(["chown", "-R", "--reference", box.with_name("kept"), box], check=True)
    try:
        assert "CB482" in gone.say("prune", "laptop", "--job", "box", status=3)[1]
    finally:
        subprocess.run(["rm", "-r", box], check=True)
        box.with_name("kept").rename(box)
