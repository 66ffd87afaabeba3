"""`clanback graph`: its forms, and where it writes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.cases.compare import run

if TYPE_CHECKING:
    from pathlib import Path


def graph(folder: Path, *words: str) -> tuple[int, str, str]:
    return run("--clan", str(folder), "graph", *words)


def test_mermaid_to_standard_output(tutorial: Path) -> None:
    status, out, err = graph(tutorial)
    assert (status, err) == (0, "")
    assert out.splitlines()[:4] == [
        "flowchart LR",
        '  n0["alice-laptop"]:::saved',
        '  n1[("backup-server")]:::nothing',
        '  n0 -.->|"daily 01:00"| n1',
    ]


@pytest.mark.parametrize(
    ("name", "beginning"),
    [("x.svg", "<svg "), ("x.html", "<!doctype html>"), ("x.dot", "digraph "), ("x.mmd", "flowchart"), ("x", "flowchart")],
)
def test_the_name_of_the_file_says_the_form(tutorial: Path, name: str, beginning: str) -> None:
    out = tutorial / name
    assert graph(tutorial, "--out", str(out)) == (0, "", f"wrote {out}\n")
    assert out.read_text().startswith(beginning)
    assert graph(tutorial, "--format", "dot", "--out", str(out))[0] == 0
    assert out.read_text().startswith("digraph ")


def test_what_cannot_be_written_is_told_and_nothing_is_lost(tutorial: Path) -> None:
    status, _, err = graph(tutorial, "--out", str(tutorial))
    assert status == 2
    assert "error[CB494]" in err
    assert (tutorial / "clan.nix").exists()
    assert graph(tutorial, "--out", str(tutorial / "clan.nix/x"))[0] == 2
    assert graph(tutorial, "--out", "a\0b")[0] == 2


def test_what_is_no_file_is_written_to_and_stays(tutorial: Path) -> None:
    reading, writing = os.pipe()
    assert graph(tutorial, "--out", f"/dev/fd/{writing}")[0] == 0
    os.close(writing)
    assert os.read(reading, 12) == b"flowchart LR"
    os.close(reading)
    assert graph(tutorial, "--out", "/dev/null")[0] == 0
    assert not os.path.isfile("/dev/null")  # noqa: PTH113


def test_a_clan_with_errors_is_drawn_and_fails(tutorial: Path) -> None:
    clan = tutorial / "clan.nix"
    clan.write_text(clan.read_text().replace('roles.client.machines."alice-laptop"', 'roles.client.machines."nobody"'))
    status, out, err = graph(tutorial)
    assert (status, out.splitlines()[0]) == (1, "flowchart LR")
    assert "nobody" in err
    clan.write_text("{")
    assert graph(tutorial)[:2] == (1, "")


def test_findings_that_are_ignored_are_not_on_the_page(tutorial: Path) -> None:
    clan = tutorial / "clan.nix"
    clan.write_text(clan.read_text().replace('settings.directory = "/var/lib/borgbackup"', 'settings.directory = "borg"'))
    shown = graph(tutorial, "--format", "html")[1]
    [code] = {line for line in ("CB411", "CB412", "CB413", "CB414", "CB415", "CB416", "CB417", "CB418") if line in shown} or {""}
    assert code
    (tutorial / "clanback.toml").write_text(f'ignore = ["{code}"]\n')
    assert code not in graph(tutorial, "--format", "html")[1]
