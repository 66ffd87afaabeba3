"""Findings silenced where they are: what a comment covers, and comments that do nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cases import compare

if TYPE_CHECKING:
    from pathlib import Path

PLACEHOLDER = 'inventory.machines.a.deploy.targetHost = "root@<IP-ADDRESS>";'


def told(lines: str, folder: Path, *options: str) -> list[tuple[str, str]]:
    clan = folder / "clan.nix"
    clan.write_text(f'{{\nmeta.name = "example";\n{lines}\n}}\n')
    _, out, err = compare.run("--clan", str(clan), "-v", "check", "--format", "json", *options)
    assert out, err
    return [(one["code"], one["severity"]) for one in json.loads(out)["diagnostics"]]


def test_without_a_comment_it_is_told(tmp_path: Path) -> None:
    assert told(PLACEHOLDER, tmp_path) == [("CB301", "error")]


@pytest.mark.parametrize(
    "lines",
    [
        f"{PLACEHOLDER} # clanback: ignore[CB301] decided next week",
        f"# clanback: ignore[CB301] decided next week\n{PLACEHOLDER}",
        f"# clanback: ignore[CB301] decided next week\n# by Bob\n\n{PLACEHOLDER}",
        f"#clanback:ignore[CB412, CB301] decided next week\n{PLACEHOLDER}",
        f"{PLACEHOLDER}\t# clanback: ignore[CB3] decided next week",
    ],
)
def test_silenced_on_the_line_or_the_line_above(lines: str, tmp_path: Path) -> None:
    assert told(lines, tmp_path) == []


@pytest.mark.parametrize(
    "lines",
    [
        f"{PLACEHOLDER} # clanback: ignore[CB302] another",
        f"{PLACEHOLDER}\n# clanback: ignore[CB301] below",
        f'# clanback: ignore[CB301] too far\nmeta.domain = "x";\n{PLACEHOLDER}',
        f'meta.domain = "x"; # clanback: ignore[CB301] about its own line\n{PLACEHOLDER}',
    ],
)
def test_a_comment_elsewhere_does_nothing_and_is_told(lines: str, tmp_path: Path) -> None:
    assert sorted(told(lines, tmp_path)) == [("CB301", "error"), ("CB452", "warning")]


def test_text_in_strings_and_long_comments_is_no_comment(tmp_path: Path) -> None:
    text = f"meta.description = ''\n  # clanback: ignore[CB301] no\n'';\n/* # clanback: ignore[CB301] no */ {PLACEHOLDER}"
    assert told(text, tmp_path) == [("CB301", "error")]


def test_a_reason_is_asked_for(tmp_path: Path) -> None:
    assert told(f"{PLACEHOLDER} # clanback: ignore[CB301]", tmp_path) == [("CB453", "info")]


@pytest.mark.parametrize("comment", ["ignore CB301", "ingore[CB301] x", "ignore[] x", "ignore[CB999] x", "ignore[X] x", ""])
def test_comments_that_are_not_understood(comment: str, tmp_path: Path) -> None:
    assert ("CB453", "warning") in told(f"{PLACEHOLDER} # clanback: {comment}", tmp_path)


def test_what_keeps_a_clan_from_being_understood_stays(tmp_path: Path) -> None:
    found = told("inventory.machine = { }; # clanback: ignore[CB201] please", tmp_path)
    assert sorted(found) == [("CB201", "error")]


def test_a_silenced_error_lets_render_go_on(tmp_path: Path) -> None:
    assert told(f"{PLACEHOLDER} # clanback: ignore[CB301] later", tmp_path) == []
    assert compare.run("--clan", str(tmp_path / "clan.nix"), "render", "--out", str(tmp_path / "out"))[0] == 0


def test_with_compat_comments_for_other_findings_are_not_unused(tmp_path: Path) -> None:
    assert told('meta.domain = "x"; # clanback: ignore[CB301] x', tmp_path, "--compat", "clan-core") == []
