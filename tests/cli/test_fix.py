"""`check --fix`: certain mistakes mended in the file, nothing else in it touched, nothing written that is not better."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from clanback import mending
from clanback.checks import registry
from clanback.checks.fixes import FIXABLE, fix_of
from clanback.stages import follow
from tests.cases import compare
from tests.checks.test_examples import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from clanback.stages import Outcome

HEAD = '{\n  meta.name = "example";\n  inventory.machines = { laptop = { }; server = { }; };\n'

MISTAKES = [
    ('inventory.machines.laptop.tag = [ "a" ];', 'inventory.machines.laptop.tags = [ "a" ];'),
    ('inventory.machines.laptop."tag" = [ "a" ];', 'inventory.machines.laptop."tags" = [ "a" ];'),
    ('inventory.machines.laptop.tags = "home";', 'inventory.machines.laptop.tags = [ "home" ];'),
    ('meta.tld = "ours"; # once', 'meta.domain = "ours"; # once'),
    (
        'inventory.instances.b = { module.name = "borgbackupp"; roles.client.machines.laptop = { }; };',
        'inventory.instances.b = { module.name = "borgbackup"; roles.client.machines.laptop = { }; };',
    ),
    ("inventory.instances.borgbackup.roles.cliant = { };", "inventory.instances.borgbackup.roles.client = { };"),
    (
        "inventory.instances.sshd.roles.server.machines.labtop = { };",
        "inventory.instances.sshd.roles.server.machines.laptop = { };",
    ),
    ('inventory.instances.sshd.roles.server.tags = [ "al" ];', 'inventory.instances.sshd.roles.server.tags = [ "all" ];'),
    ('inventory.tags.saved = [ "server" "labtop" ];', 'inventory.tags.saved = [ "server" "laptop" ];'),
    ('machines.laptop.clan.core.state.d.folder = [ "/d" ];', 'machines.laptop.clan.core.state.d.folders = [ "/d" ];'),
    ('machines.laptop.clan.core.sate.d.folders = [ "/d" ];', 'machines.laptop.clan.core.state.d.folders = [ "/d" ];'),
    (
        'machines.laptop.systemd.tmpfiles.rules = [ "d /a - - - - b" ];',
        'machines.laptop.systemd.tmpfiles.rules = [ "d /a - - - -" ];',
    ),
    ('meta.description = "x"; # clanback: ignore[CB301] x', 'meta.description = "x";'),
    ("directory = ./folder/;", "directory = ./folder;"),
    (
        'inventory.instances.borgbackup.roles.server.machines.server.settings.address = "root@10.0.0.1";',
        'inventory.instances.borgbackup.roles.server.machines.server.settings.address = "10.0.0.1";',
    ),
]


def clan_of(line: str, folder: Path, after: str = "") -> Path:
    clan = folder / "clan.nix"
    clan.write_text(f"{HEAD}\t# ünicode, tabs and   spaces stay\r\n  {line}\n{after}}}\n", newline="")
    return clan


def again(clan: Path) -> Callable[[Mapping[str, str]], Outcome]:
    return lambda overlay: follow(str(clan), compat=None, overlay=overlay)


@pytest.mark.parametrize(("wrong", "right"), MISTAKES, ids=[wrong for wrong, _ in MISTAKES])
def test_a_mistake_is_mended_and_nothing_else(wrong: str, right: str, tmp_path: Path) -> None:
    tmp_path.joinpath("folder").mkdir()
    clan = clan_of(wrong, tmp_path)
    clan.chmod(0o640)
    before = clan.read_bytes().decode()
    status, out, _ = compare.run("--clan", str(clan), "check", "--fix", "--diff")
    assert (status, clan.read_bytes().decode()) == (1, before)
    assert f"-  {wrong}" in out
    assert f"+  {right}" in out
    compare.run("--clan", str(clan), "check", "--fix")
    assert clan.read_bytes().decode() == before.replace(wrong, right)
    assert clan.stat().st_mode & 0o777 == 0o640
    assert compare.run("--clan", str(clan), "check", "--fix", "--diff")[0] == 0, "a second time there is nothing to do"


@pytest.mark.parametrize("code", [one for one in registry.every() if one.code in FIXABLE and one.bad], ids=lambda one: one.code)
def test_the_registrys_examples_are_mended(code: registry.Code, tmp_path: Path) -> None:
    assert code.bad is not None
    clan = written(code.bad, tmp_path)
    found = [one for one in follow(str(clan), compat=None).diagnostics() if one.code == code.code]
    assert found
    if not any(map(fix_of, found)):
        assert code.code in ("CB453", "CB231", "CB233")  # their examples have nothing near, or lie in clanback.toml
        return
    compare.run("--clan", str(clan), "check", "--fix", "--select", code.code)
    assert code.code not in [one.code for one in follow(str(clan), compat=None).diagnostics()]


def test_settings_of_our_own_are_mended_too(tmp_path: Path) -> None:
    clan = clan_of("", tmp_path)
    toml = tmp_path / "clanback.toml"
    toml.write_text("# ours\nqota = '1G' # much\n[machines.labtop]\nquota = '2G'\n")
    compare.run("--clan", str(clan), "check", "--fix")
    assert toml.read_text() == "# ours\nquota = '1G' # much\n[machines.laptop]\nquota = '2G'\n"


def test_a_fix_that_makes_it_worse_is_left(tmp_path: Path) -> None:
    clan = clan_of('meta.tld = "a";\n  meta.domain = "b";\n  inventory.machines.laptop.tag = [ ];', tmp_path)
    _, out, err = compare.run("--clan", str(clan), "check", "--fix")
    assert "meta.tld" in clan.read_text()
    assert "laptop.tags" in clan.read_text()
    assert "left alone: CB209 at clan.nix:5: there would be more errors than before" in err
    assert "warning[CB209]" in out


def test_files_outside_the_repository_are_left(tmp_path: Path) -> None:
    outside = tmp_path / "outside.nix"
    outside.write_text("{ tag = [ ]; }")
    repository = tmp_path / "repository"
    repository.mkdir()
    clan = clan_of("inventory.machines.nas = import ../outside.nix;", repository)
    _, _, err = compare.run("--clan", str(clan), "--allow-outside", "check", "--fix")
    assert outside.read_text() == "{ tag = [ ]; }"
    assert "the file lies outside the repository" in err


def test_a_link_that_leads_outside_is_left(tmp_path: Path) -> None:
    outside = tmp_path / "outside.nix"
    outside.write_text("{ tag = [ ]; }")
    repository = tmp_path / "repository"
    repository.mkdir()
    repository.joinpath("inside.nix").symlink_to(outside)
    clan = clan_of("inventory.machines.nas = import ./inside.nix;", repository)
    compare.run("--clan", str(clan), "--allow-outside", "check", "--fix")
    assert outside.read_text() == "{ tag = [ ]; }"
    assert repository.joinpath("inside.nix").is_symlink()


def test_a_link_inside_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.nix"
    real.write_text("{ tag = [ ]; }")
    tmp_path.joinpath("link.nix").symlink_to("real.nix")
    clan = clan_of("inventory.machines.nas = import ./link.nix;", tmp_path)
    compare.run("--clan", str(clan), "check", "--fix")
    assert real.read_text() == "{ tags = [ ]; }"
    assert tmp_path.joinpath("link.nix").is_symlink()


def test_a_file_that_has_changed_since_is_left(tmp_path: Path) -> None:
    clan = clan_of("inventory.machines.laptop.tag = [ ];", tmp_path)
    outcome = follow(str(clan), compat=None)
    found = outcome.diagnostics()
    clan.write_text(clan.read_text() + "# mine\n")
    made = mending.mend(str(tmp_path), found, outcome, again(clan))
    assert made.files == ()
    assert [why for _, why in made.left] == ["the file has changed since it was read"]


def test_a_file_that_changes_while_it_is_mended_is_left(tmp_path: Path) -> None:
    clan = clan_of("inventory.machines.laptop.tag = [ ];", tmp_path)
    outcome = follow(str(clan), compat=None)
    made = mending.mend(str(tmp_path), outcome.diagnostics(), outcome, again(clan))
    assert len(made.files) == 1
    clan.write_text("{ }")
    with pytest.raises(OSError, match="changed meanwhile"):
        mending.write(made.files)
    assert clan.read_text() == "{ }"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path) -> None:
    clan = clan_of("inventory.machines.laptop.tag = [ ];", tmp_path)
    tmp_path.chmod(0o500)
    _, _, err = compare.run("--clan", str(clan), "check", "--fix")
    tmp_path.chmod(0o700)
    assert "not all is mended" in err
    assert "laptop.tag " in clan.read_text()


def test_with_json_the_changes_go_to_stderr(tmp_path: Path) -> None:
    clan = clan_of("inventory.machines.laptop.tag = [ ];", tmp_path)
    status, out, err = compare.run("--clan", str(clan), "check", "--fix", "--format", "json")
    assert (status, json.loads(out)["diagnostics"]) == (0, [])
    assert "+  inventory.machines.laptop.tags" in err


def test_fixes_are_offered_in_json(tmp_path: Path) -> None:
    clan = clan_of("inventory.machines.laptop.tag = [ ];", tmp_path)
    _, out, _ = compare.run("--clan", str(clan), "check", "--format", "json")
    (found,) = json.loads(out)["diagnostics"]
    place = {name: found[name] for name in ("file", "line", "column", "end_line", "end_column")}
    assert found["fix"] == {"title": "change to tags", "text": "tags", **place}


def test_without_fix_diff_means_nothing(tmp_path: Path) -> None:
    assert compare.run("--clan", str(clan_of("", tmp_path)), "check", "--diff")[0] == 2
