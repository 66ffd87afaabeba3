"""What a machine says of its jobs before a restore is read with care."""

from __future__ import annotations

from typing import Any

import pytest

from clanback.backups import restore
from clanback.backups.names import ArchiveName
from clanback.backups.protocol import Answers
from clanback.backups.reach import Reachable
from clanback.diagnostics import DiagnosticError
from clanback.remote.ssh import Session
from clanback.remote.targets import Target
from tests.render.plans import machine


def test_jobs_without_a_name_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ({"a": 1}, [1], None, "nas")
    lines: tuple[dict[str, Any], ...] = tuple({"type": "job", "job": job, "paths": ["/a"]} for job in names)
    monkeypatch.setattr(restore, "ask", lambda *_: Answers("laptop", lines, 0))
    session, laptop = Session("/nowhere"), Reachable(machine("laptop"), Target("laptop", "laptop"), None)
    assert restore._on_the_machine(session, laptop, ArchiveName("nas", "r", "a")) == ({}, ["/a"])
    with pytest.raises(DiagnosticError, match="no job 'other'"):
        restore._on_the_machine(session, laptop, ArchiveName("other", "r", "a"))
