"""`systemd.tmpfiles.rules`: read as systemd-tmpfiles reads them, and what they do to what is saved."""

from __future__ import annotations

import itertools
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback import checks
from clanback.checks.tmpfiles import _is_plain
from clanback.checks.tmpfiles_rules import Rule, RuleProblemError, parse
from clanback.services import plan
from tests.checks.tmpfiles_lines import GROUPS, USERS, depends_on_the_machine, judged_by_systemd, lines, scratch
from tests.services.clans import clan, instance, machine, state

if TYPE_CHECKING:
    from pathlib import Path


def there(name: str, known: tuple[str, ...]) -> bool:
    plain = name.removeprefix(":")
    return not plain or plain.isdigit() or plain in known


def accepted(line: str) -> bool:
    try:
        rule = parse(line)
    except RuleProblemError:
        return False
    return rule is None or (there(rule.user, USERS) and there(rule.group, GROUPS))


@pytest.mark.skipif(shutil.which("systemd-tmpfiles") is None, reason="systemd-tmpfiles is not installed")
def test_judged_as_systemd_does(tmp_path: Path) -> None:
    root = scratch(tmp_path)
    count = int(os.environ.get("CLANBACK_MANY", "2000"))
    judged = judged_by_systemd(list(lines(1, count)), root, accepted)
    assert count / 5 < sum(judged.values()) < count * 4 / 5
    # What is to be copied, and credentials, may be missing: then systemd passes over the line, mistakes and all.
    assert [line for line, real in judged.items() if accepted(line) != real and not (real and depends_on_the_machine(line))] == []


def test_a_line_is_taken_apart() -> None:
    assert parse("d /srv/photos 0755 alice users 10d") == Rule("d", "", "/srv/photos", "0755", "alice", "users", "10d")
    assert parse("f+! '/a b' - - - - x  y ") == Rule("f", "+!", "/a b", argument="x  y")
    assert parse(" # nothing") is None


@pytest.mark.parametrize("line", ["d$ /a", "L? /a - - - - /b", "d /%A", "d /%M"])
def test_what_later_versions_know_is_taken(line: str) -> None:
    assert parse(line)


def test_what_is_taken_for_plain_is_right() -> None:
    assert _is_plain("d /srv/my-photos 0755 alice users -")
    words = (
        ("d",),
        ("/srv", "/a-b/c.d", "/%x", "/é", "/'a", "/", "a"),
        ("0755", "999", "755"),
        ("root", "1", "%U"),
        ("users", "-1"),
        ("-",),
    )
    plain = [line for line in map(" ".join, itertools.product(*words)) if _is_plain(line)]
    assert len(plain) == 4
    for line in plain:
        rule = parse(line)
        assert rule is not None
        assert (rule.type, rule.age, rule.argument) == ("d", "", "")


@given(st.text(max_size=40) | st.text("dfLC +!~^=/%'\"\\-:0759amt\t", max_size=40))
def test_any_line_is_judged(line: str) -> None:
    accepted(line)


def found(*rules: str, folder: str = "/srv/docs") -> list[tuple[str, str]]:
    borg = instance("borgbackup", client={"a": {}}, server={"srv": {}})
    inventory = clan([machine("a", state("docs", folder), tmpfiles=rules), machine("srv")], borg)
    told = checks.check(inventory, plan(inventory))
    return [(one.code, one.message) for one in told if one.code in ("CB429", "CB430", "CB431", "CB432")]


def test_rules_that_are_right_are_silent() -> None:
    assert found("d /srv/docs 0755 alice users -", "d /srv 0755 root root - # all", "L /etc/x - - - - /srv/docs", "") == []


@pytest.mark.parametrize("rule", ["d srv/docs", "d /srv/docs 0999", "y /srv/docs", "d '/srv/docs"])
def test_rules_that_systemd_passes_over(rule: str) -> None:
    assert [code for code, _ in found(rule)] == ["CB429"]


def test_every_line_of_a_rule_is_read() -> None:
    assert [code for code, _ in found("d /srv\nd srv")] == ["CB429"]


@pytest.mark.parametrize(
    "rule",
    [
        "D /srv/docs",
        "d /srv 0755 - - 10d",
        "R /srv",
        "R! /srv/*",
        "R /srv/d?cs",
        "e /srv/docs - - - ~1w",
        "D %S",
        "q /srv - - - aA:1d",
    ],
)
def test_rules_that_remove_what_is_saved(rule: str) -> None:
    folder = "/var/lib/x" if "%S" in rule else "/srv/docs"
    assert [code for code, _ in found(rule, folder=folder)] == ["CB431"]


@pytest.mark.parametrize(
    "rules",
    [
        ("D /srv/docs/cache",),
        ("d /srv 0755 - - infinity",),
        ("r /srv/docs",),
        ("R /srv/*/x",),
        ("R /opt/*",),
        ("f /srv/docs - - - 10d",),
        ("d /srv 0755 - - 10d", "x /srv/docs"),
        ("d /srvx - - - 1d",),
    ],
)
def test_rules_that_do_not(rules: tuple[str, ...]) -> None:
    assert found(*rules) == []


def test_a_saved_folder_that_is_a_link() -> None:
    assert [code for code, _ in found("L+ /srv/docs - - - - /persist/docs")] == ["CB432"]


@pytest.mark.skipif(shutil.which("borg") is None, reason="borg is not installed")
def test_borg_saves_the_link_only(tmp_path: Path) -> None:
    import subprocess

    tmp_path.joinpath("real").mkdir()
    tmp_path.joinpath("real/file").write_text("x")
    tmp_path.joinpath("link").symlink_to("real")
    environment = {**os.environ, "BORG_BASE_DIR": str(tmp_path / "borg"), "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"}

    def borg(*words: str) -> str:
        return subprocess.run(["borg", *words], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout

    borg("init", "-e", "none", "repository")
    borg("create", "repository::a", "link")
    assert borg("list", "--short", "repository::a").split() == ["link"]
