"""Why a job failed, read from the end of its journal; and which archive is the newest where a clock was wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clanback.backups.failures import of_run
from clanback.backups.salvage.borg import Archive
from clanback.backups.salvage.choices import archive
from clanback.services import plan
from tests.services.clans import clan, instance, machine, state

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Failed to create/acquire the lock /r/lock.exclusive (timeout).", "CB475"),
        ("OSError: [Errno 28] No space left on device", "CB476"),
        ("Insufficient free space to complete transaction (required: 545.43 MB, available: 97.55 MB).", "CB476"),
        ("passphrase supplied in BORG_PASSPHRASE or by BORG_PASSCOMMAND is incorrect.", "CB473"),
        ("Remote: bash: line 1: cd: /var/lib/borgbackup/a: No such file or directory", "CB474"),
        ("Remote: Host key verification failed.", "CB463"),
        ("something else", "CB483"),
    ],
)
def test_a_failed_job_says_why(line: str, code: str) -> None:
    log = ["running pre-backup-documents", line, "Connection closed by remote host.", "running post-backup-documents"]
    found = of_run("a", "one", "exit-code", log if code != "CB483" else [line])
    assert found.code == code
    assert line in found.notes
    assert not any("running" in note for note in found.notes)


def test_an_archive_from_the_future_is_the_newest_only_where_there_is_no_other() -> None:
    borg = instance("borgbackup", client={"a": {}}, server={"one": {}})
    job = plan(clan([machine("a", state("d", "/d")), machine("one")], borg)).machines["a"].jobs["one"]

    def made(days: int) -> Archive:
        start = NOW + timedelta(days=days)
        return Archive(f"a-one-{start:%Y-%m-%dT%H:%M:%S}", start.astimezone().replace(tzinfo=None).isoformat())

    old, new, ahead = made(-2), made(0), made(400)
    assert archive(job, [old, new, ahead], None, NOW) == new
    assert archive(job, [ahead], None, NOW) == ahead
    assert archive(job, [old, ahead], ahead.name, NOW) == ahead
