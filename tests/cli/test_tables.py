"""Tables on a terminal: names stay in one piece where there is room, and nothing is left out where there is none."""

from __future__ import annotations

import argparse
import re

import pytest

from clanback.cli.tables import Table, draw

ROW = (
    ["alice-laptop"],
    ["/home/alice/documents/of/many/years"],
    ["backup-server", "borg@192.0.2.12:."],
    ["daily at 01:00"],
    ["all of 1 day"],
)


def drawn(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    table = Table("Jobs", ("machine", "folders", "to", "when", "keeps"))
    table.rows.append(ROW)
    draw("home", [table], argparse.Namespace(color="always"))
    return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)


def test_names_stay_in_one_piece(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = drawn(80, monkeypatch, capsys)
    assert "alice-laptop" in text
    assert "daily at 01:00" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("columns", [40, 50, 60, 80, 200])
def test_every_character_is_shown(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = drawn(columns, monkeypatch, capsys)
    assert sum(not character.isspace() and character != "─" for character in text) == len(
        "homeJobsmachinefolderstowhenkeeps"
    ) + sum(len(line.replace(" ", "")) for cell in ROW for line in cell)
