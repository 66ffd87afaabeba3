"""What Borg on this computer is told by ssh, and what we make of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clanback.backups.salvage import borg
from clanback.backups.salvage.borg import DeniedError, HostKeyError, Repository
from clanback.diagnostics import DiagnosticError

pytestmark = pytest.mark.skipif(shutil.which("borg") is None, reason="borg is not installed (Debian: borgbackup)")

CLOSES_FIRST = "#!/bin/sh\nexec >&-\nsleep 0.3\necho '{said}' >&2\nexit 255\n"


def reached(folder: Path, said: str) -> Repository:
    """A repository behind an ssh that closes the connection before it says why, which Borg then does not hear any more."""
    ssh = folder / "ssh"
    ssh.write_text(CLOSES_FIRST.format(said=said))
    ssh.chmod(0o755)
    heard = str(folder / "heard")
    environment = {"BORG_BASE_DIR": str(folder), "BORG_RSH": borg.overheard([str(ssh)], heard)}
    return Repository("ssh://server/repository", environment, b"secret\n", "the repository", heard)


def test_a_refused_key_is_told_from_a_closed_connection(tmp_path: Path) -> None:
    with pytest.raises(DeniedError) as denied:
        borg.archives(reached(tmp_path, "borg@server: Permission denied (publickey)."))
    assert denied.value.notes[0] == "borg@server: Permission denied (publickey)."


def test_another_host_key_is_told_from_a_closed_connection(tmp_path: Path) -> None:
    with pytest.raises(HostKeyError):
        borg.archives(reached(tmp_path, "Host key verification failed."))


def test_a_closed_connection_is_told_with_its_reason_and_not_with_an_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "heard").write_text("Permission denied (publickey).\n")
    with pytest.raises(DiagnosticError) as failed:
        borg.archives(reached(tmp_path, "ssh: connect to host server: Connection refused"))
    (found,) = failed.value.diagnostics
    assert found.code == "CB462"
    assert found.notes[0] == "ssh: connect to host server: Connection refused"


def test_a_fault_of_borg_is_told_by_its_exception(tmp_path: Path) -> None:
    """A Borg whose cache lies where none can be fails with a traceback; what is said is why, and not the way there."""
    place = tmp_path / "repository"
    environment = {"BORG_BASE_DIR": str(tmp_path / "base")}
    repository = Repository(str(place), environment, b"secret\n", "the repository")
    borg.run(repository, "init", "--encryption", "repokey")
    segment = place / "config"
    segment.write_text(segment.read_text().replace("segments_per_dir = ", "segments_per_dir = x"))
    with pytest.raises(DiagnosticError) as failed:
        borg.archives(repository)
    (found,) = failed.value.diagnostics
    assert [line for line in found.notes if "invalid literal for int()" in line]
    assert not [line for line in found.notes if line.startswith(("Traceback", "  File", "Local", "Platform", "PID"))]
