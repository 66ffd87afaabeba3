"""What a plan says of connections and pruning holds for the real ssh and borg."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clanback.plan.model import KNOWN_HOSTS_FILE, Job
from clanback.services import plan
from tests.services.clans import clan, instance, machine, state

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
TOOLS = [SSHD, *(shutil.which(name) for name in ("ssh", "ssh-keygen", "borg"))]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        None in TOOLS, reason="sshd, ssh-keygen and borg are not all installed (Debian: openssh-server, borgbackup)"
    ),
    pytest.mark.skipif(os.geteuid() != 0, reason="sshd accepts logins of other users only when root starts it"),
]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, env={**os.environ, **environment}, timeout=60, check=False)


class Server:
    """An sshd on this computer that gives the client's key a repository, as the server role does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for name in ("host", "client", "stranger"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name))
        repository = folder / "repository"
        repository.mkdir()
        serve = f"cd {repository} && borg serve --restrict-to-path {repository}"
        (folder / "authorized").write_text(f'command="{serve}",restrict {(folder / "client.pub").read_text()}')
        (folder / "config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nListenAddress ::1\nHostKey {folder}/host\nStrictModes no\nUsePAM no\n"
            f"AuthorizedKeysFile {folder}/authorized\nPidFile none\n"
        )
        Path("/run/sshd").mkdir(exist_ok=True)
        self.process = subprocess.Popen([str(SSHD), "-D", "-f", str(folder / "config"), "-E", str(folder / "log")])
        for _ in range(100):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)

    def borg(self, job: Job, host_key: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run borg with the job's `rsh`, its files moved into the folder and the port that is free here added."""
        key = (self.folder / host_key).with_suffix(".pub").read_text()
        known = self.folder / f"known-{host_key}"
        known.write_text(f"{','.join(job.host_names)} {key}")
        rsh = job.rsh.replace(job.key.path, str(self.folder / "client")).replace(KNOWN_HOSTS_FILE, str(known))
        return run(
            "borg",
            *words,
            BORG_RSH=f"{rsh} -p {self.port}",
            BORG_PASSPHRASE="secret",
            BORG_BASE_DIR=str(self.folder),
            BORG_RELOCATED_REPO_ACCESS_IS_OK="yes",
        )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    yield started
    started.process.terminate()
    started.process.wait()


def job_to(address: str) -> Job:
    borg = instance("borgbackup", client={"a": {}}, server={"one": {"address": address}})
    made = plan(clan([machine("a", state("d", "/d")), machine("one")], borg, instance("sshd", server={"one": {}})))
    return made.machines["a"].jobs["one"]


def local(job: Job) -> str:
    """The job's repository, as a user that exists here."""
    return job.repo.replace("borg@", "root@")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_borg_connects_to_the_planned_repository(server: Server, address: str) -> None:
    job = job_to(address)
    done = server.borg(job, "host", "init", "-e", "repokey", local(job))
    assert done.returncode == 0, done.stderr
    assert "Accepted publickey" in (server.folder / "log").read_text()
    assert (server.folder / "repository" / "config").exists()


def test_another_host_key_is_refused(server: Server) -> None:
    job = job_to("127.0.0.1")
    done = server.borg(job, "stranger", "init", "-e", "repokey", local(job))
    assert done.returncode != 0
    assert "Accepted publickey" not in (server.folder / "log").read_text()  # the client never showed its own key
    assert not (server.folder / "repository" / "config").exists()


def test_pruning_sees_a_jobs_own_archives_only(server: Server) -> None:
    job = job_to("127.0.0.1")
    assert server.borg(job, "host", "init", "-e", "repokey", local(job)).returncode == 0
    for base in ("a-one", "a-one-more"):
        made = server.borg(job, "host", "create", f"{local(job)}::{base}-2026-11-23T08:00:00", str(server.folder / "host.pub"))
        assert made.returncode == 0, made.stderr
    pattern = job.prune_prefix + "*"  # as NixOS hands it over
    listed = server.borg(job, "host", "list", "--short", "--glob-archives", pattern, local(job))
    assert listed.stdout.split() == ["a-one-2026-11-23T08:00:00"]
