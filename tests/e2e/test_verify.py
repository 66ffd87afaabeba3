"""`backups verify` on machines that run: a good backup is called good, a damaged repository and a changed file are found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.clans import LAPTOP_AND_VAULT, LivingClan, needs_machines

pytestmark = [pytest.mark.slow, needs_machines]


@pytest.fixture
def clan(tmp_path: Path) -> Iterator[LivingClan]:
    with LivingClan(tmp_path, LAPTOP_AND_VAULT, ["laptop", "vault"]) as made:
        made.start()
        made.ssh("laptop", "mkdir -p /srv/documents && cd /srv/documents && echo one > one && head -c 300000 /dev/urandom > two")
        done = made.clanback("backups", "create", "laptop", "--wait")
        assert done.status == 0, done.stderr.decode()
        yield made


def test_a_good_backup_is_called_good_and_the_page_says_so(clan: LivingClan, tmp_path: Path) -> None:
    page = tmp_path / "drill.md"
    done = clan.clanback("backups", "verify", "laptop", "--check", "data", "--report", str(page))
    assert done.status == 0, done.text + done.stderr.decode()
    assert "1 job: good" in done.text
    assert "**1 job: good**" in page.read_text()
    assert "laptop-vault-" in page.read_text()
    shown = json.loads(clan.clanback("backups", "verify", "--json").text)
    job = shown["machines"][0]["jobs"][0]
    assert (job["good"], job["check_ok"], job["counts"]["files"], job["counts"]["compared_with_machine"]) == (True, True, 2, 3)
    assert clan.ssh("laptop", "ls -A /var/tmp").stdout == b""


def test_a_damaged_repository_is_found_and_nothing_is_repaired(clan: LivingClan) -> None:
    repository = clan.path("vault", "/var/lib/borgbackup/laptop")
    segment = max((path for path in (repository / "data").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 0xFF
    segment.write_bytes(content)
    done = clan.clanback("backups", "verify", "laptop")
    assert done.status in (1, 3), done.text
    assert "CB485" in done.stderr.decode() or "CB474" in done.stderr.decode()
    assert "1 job: not good" in done.text
    assert segment.read_bytes() == bytes(content)


def test_a_job_that_never_ran_is_not_good(clan: LivingClan) -> None:
    clan.ssh("vault", "rm -rf /var/lib/borgbackup/laptop/*")
    done = clan.clanback("backups", "verify", "laptop")
    assert done.status in (1, 3)
    assert "1 job: not good" in done.text or not done.text
