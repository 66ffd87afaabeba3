"""`clanback audit --live` against real machines: a job counts as a copy once it has made an archive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.clans import LivingClan, needs_machines
from tests.e2e.test_machines import CLAN

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, needs_machines]


def test_a_job_is_a_copy_once_it_has_made_an_archive(tmp_path: Path) -> None:
    with LivingClan(tmp_path, CLAN, ["laptop", "vault"]) as clan:
        clan.start()

        def documents(*words: str, status: int = 0) -> dict[str, Any]:
            done = clan.clanback("audit", "--format", "json", *words)
            assert done.status == status, done.stderr
            found: dict[str, Any] = json.loads(done.stdout)["machines"]["laptop"]["states"]["documents"]
            return found

        assert documents()["copies"] == 2, "what is planned"
        assert documents("--live", status=3)["copies"] == 1, "nothing has been saved yet: there is not even a repository"
        done = clan.clanback("backups", "create", "laptop", "--wait")
        assert done.status == 0, done.stderr
        living = documents("--live")
        assert living["copies"] == 2
        [age] = [copy["age_seconds"] for copy in living["where"] if copy["job"] == "vault"]
        assert 0 <= age < 600
        assert "newest archive" in clan.clanback("audit", "--live", "--require", "copies=2").stdout.decode()
