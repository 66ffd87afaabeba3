"""Secrets show up nowhere but in files that age has encrypted, and on stdout where somebody asked (issue 3, item 3).

Every command runs under strace, which writes down each program that is started, with its arguments and environment, and each
write with the file it goes to. Then every secret of the clan is searched for: in that record, in what was printed, and in all
files that are left in the clan's folder, in the home and in the folder for temporary files.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from tests.vars import age_plugin
from tests.vars.programs import CLANBACK, Clan, need, run
from tests.vars.stores import open_store

pytestmark = need("age", "strace")

PASSWORD = "swordfish-under-the-hat"


@attrs.frozen
class Watched:
    """A clan whose commands are watched."""

    clan: Clan
    records: Path
    temporary: Path

    def run(self, *arguments: str, stdin: bytes = b"", **environment: str) -> Record:
        """Run a command under strace."""
        record = self.records / f"{len(list(self.records.iterdir()))}"
        strace = ["strace", "-f", "-qq", "-y", "-v", "-s", "1000000", "-o", str(record)]
        done = subprocess.run(
            [*strace, "-e", "trace=execve,write,writev,pwrite64,sendto,sendmsg", *CLANBACK, *arguments],
            cwd=self.clan.folder,
            env=self.clan.environment(TMPDIR=str(self.temporary), **environment),
            input=stdin,
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode in (0, 1), done.stderr.decode()
        return Record(record.read_text(errors="replace").splitlines(), done.stdout.decode(), done.stderr.decode())


@attrs.frozen
class Record:
    """What one command did and printed."""

    calls: list[str]
    stdout: str
    stderr: str

    def where(self, secrets: dict[str, str]) -> set[str]:
        """The places that a secret went to: arguments and environments of programs, files, pipes, streams."""
        found = set()
        for line in self.calls:
            if any(secret in line for secret in secrets.values()):
                found.add(_target(line))
        if any(secret in self.stderr for secret in secrets.values()):
            found.add("stderr")
        return found


def _target(line: str) -> str:
    call = line.partition("(")[0].split()[-1]
    if call == "execve":
        return "execve"
    descriptor, path = re.match(r"[^(]*\((\d+)<(.*?)>", line).groups()  # type: ignore[union-attr]
    if descriptor in ("1", "2"):
        return "stdout" if descriptor == "1" else "stderr"
    return "pipe" if path.startswith("pipe:") else path


def secrets_of(clan: Clan) -> dict[str, str]:
    """Every secret, by name: a piece of each that can stand nowhere by chance."""
    store = open_store(clan)
    found = {
        f"{item.key}/{file.name}": store.value(item, file)
        for item in store.items.values()
        for file in item.files
        if file.secret and store.has(item, file)
    }
    found |= {f"key of {machine}": store.machine_key(machine) for machine in store.plan.machines}
    found["identity"] = clan.identity.read_bytes()
    return {name: _telling(content.decode()) for name, content in found.items()}


def _telling(text: str) -> str:
    """What makes it secret: of an ed25519 key in OpenSSH's format a piece of the private half, else the longest line."""
    if text.startswith("-----BEGIN OPENSSH"):
        return text.splitlines()[4][-30:]
    return max((line for line in text.splitlines() if not line.startswith("#")), key=len)


@pytest.fixture
def watched(clan: Clan, tmp_path: Path) -> Watched:
    records, temporary = tmp_path / "records", tmp_path / "temporary"
    records.mkdir()
    temporary.mkdir()
    return Watched(clan, records, temporary)


def files_with(secrets: dict[str, str], *folders: Path) -> Iterator[str]:
    """The files that hold a secret as it is."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and any(secret.encode() in path.read_bytes() for secret in secrets.values()):
                yield str(path.relative_to(folder.parent))


def test_secrets_are_found_where_they_may_be(watched: Watched) -> None:
    """The search itself: it finds what `get` and `export` print, and what lies in the identity's file."""
    watched.run("vars", "generate")
    secrets = secrets_of(watched.clan)
    assert len(set(secrets.values())) == 11 + 2 + 1  # those that were generated, the machines' keys, the identity
    got = watched.run("vars", "get", "alice-laptop", "user-password-alice/user-password")
    assert got.where(secrets) == {"stdout"}
    assert watched.run("vars", "export", "--all").where(secrets) == {"stdout"}
    assert set(files_with(secrets, watched.clan.folder, watched.clan.home)) == {"home/.config/age/identities"}
    assert watched.run("vars", "get", "alice-laptop", "openssh/ssh.id_ed25519.pub").where(secrets) == set()
    leak = watched.run("explain", "CB201", LEAK=secrets["per-machine/alice-laptop/user-password-alice/user-password"])
    assert leak.where(secrets) == {"execve"}


def test_no_command_shows_a_secret(watched: Watched, tmp_path: Path) -> None:
    """All commands, from making an identity to rendering."""
    clan = watched.clan
    records = {
        "keygen": watched.run("vars", "keygen"),
        "generate": watched.run("vars", "generate"),
        "generate again": watched.run("vars", "generate"),
    }
    sheet = clan.vars("export", "--all").stdout
    old = secrets_of(clan)
    records["set"] = watched.run("vars", "set", "alice-laptop", "user-password-alice/user-password", stdin=PASSWORD.encode())
    records["regenerate"] = watched.run("vars", "generate", "--regenerate", "--generator", "openssh")
    own = clan.folder / "clanback.toml"
    own.write_text(own.read_text().replace('"]', f'", "{run("age-keygen", "-y", other_identity(tmp_path)).decode().strip()}"]'))
    for name in ("list", "list --json", "check -v", "check --format json", "fix -v"):
        records[name] = watched.run("vars", *name.split())
    records["import"] = watched.run("vars", "import", "--force", "-", stdin=sheet)
    for name in ("render", "check", "show --json"):
        records[name] = watched.run(*name.split(), "-v")
    secrets = {**old, **{f"new {name}": value for name, value in secrets_of(clan).items()}, "password": PASSWORD}
    leaks = {name: record.where(secrets) for name, record in records.items()}
    identity = str(clan.identity.parent)
    assert all(place.startswith(identity) for place in leaks.pop("keygen"))  # the new identity's own file
    assert leaks == {name: set() for name in leaks}
    assert list(files_with(secrets, clan.folder, watched.temporary)) == []
    assert "CB516" in records["check -v"].stdout
    assert "encrypted anew" in records["fix -v"].stderr


def other_identity(folder: Path) -> Path:
    """Somebody else's identity."""
    path = folder / "other-identity"
    run("age-keygen", "-o", path)
    return path


def test_an_identity_in_the_environment_stays_with_us(watched: Watched) -> None:
    """With a plugin the program `age` runs: it does not get `AGE_KEY`, and what it is given goes through a pipe."""
    clan = watched.clan
    programs = watched.records.parent / "programs"
    programs.mkdir()
    age_plugin.install(programs)
    path = f"{programs}:{clan.environment()['PATH']}"
    clan.identity.parent.mkdir(parents=True)
    clan.identity.write_text(f"# public key: {age_plugin.RECIPIENT}\n{age_plugin.IDENTITY}\n")
    made = watched.run("vars", "generate", PATH=path)
    clan.identity.unlink()
    hidden = {"AGE_KEY": age_plugin.IDENTITY, "PATH": path}
    got = watched.run("vars", "get", "alice-laptop", "borgbackup/borgbackup.ssh", **hidden)
    names = ("user-password-alice/user-password", "openssh/ssh.id_ed25519", "borgbackup/borgbackup.ssh")
    secrets = {name: _telling(clan.get("alice-laptop", name, **hidden).decode()) for name in names}
    assert made.where(secrets) <= {"pipe"}
    assert got.where(secrets) <= {"pipe", "stdout"}
    started = [line for line in got.calls if "execve(" in line and '"age"' in line]
    assert started
    assert not any(age_plugin.IDENTITY in line for line in started)
    assert list(files_with(secrets, clan.folder, clan.home, watched.temporary)) == []


def test_there_is_no_core_dump(two: Clan, tmp_path: Path) -> None:
    """A crash while secrets are in memory leaves nothing, though the limit allows core files and the pattern may be a pipe."""
    two.vars("generate")
    import fcntl

    descriptor = os.open(two.folder / "secrets", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)  # the command will wait here
    process = subprocess.Popen(
        ["sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh", *CLANBACK, "vars", "generate", "--regenerate"],
        cwd=two.folder,
        env=two.environment(),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        while b"waiting for it" not in process.stderr.readline():
            assert process.poll() is None
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert re.search(r"Max core file size +0 +0 ", limits)
        owner = Path(f"/proc/{process.pid}/environ").stat().st_uid
        assert owner == 0  # not dumpable: /proc shows its memory and environment to root only
        process.send_signal(signal.SIGABRT)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        os.close(descriptor)
        if process.poll() is None:
            process.kill()
    assert os.WTERMSIG(status) == signal.SIGABRT
    assert not os.WCOREDUMP(status)
    assert not list(two.folder.glob("core*"))
