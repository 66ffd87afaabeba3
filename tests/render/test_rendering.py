"""Which files a plan gives, and that each of them is Nix."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from clanback.inventory.model import MachineModules, ModulePart, RepositoryPath
from clanback.nix import parse, print_expr
from clanback.plan.model import User
from clanback.render import render
from tests.render import plans

if TYPE_CHECKING:
    from pathlib import Path

COMPAT = [None, "clan-core"]


def test_a_machine_gets_only_files_that_say_something() -> None:
    texts = render(plans.plan(plans.client(), plans.server(), plans.machine("idle")))
    assert sorted(name for name in texts if not name.startswith("clanback-machine.d/")) == [
        "a/borgbackup.nix",
        "a/default.nix",
        "a/machine.nix",
        "a/secrets.nix",
        "a/state.nix",
        "borgbackup.nix",
        "clanback-machine.nix",
        "default.nix",
        "idle/default.nix",
        "options.nix",
        "secret-files.nix",
        "srv/borgbackup.nix",
        "srv/default.nix",
    ]


def test_the_entry_names_every_machine() -> None:
    texts = render(plans.plan(plans.client(), plans.machine("x y")))
    assert "  a = ./a;\n" in texts["default.nix"]
    assert '  "x y" = (./. + "/x y");\n' in texts["default.nix"]


def test_a_machine_imports_what_lies_beside_it() -> None:
    text = render(plans.plan())["a/default.nix"]
    imported = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    files = ["./state.nix", "./machine.nix", "./borgbackup.nix", "./secrets.nix"]
    assert imported == ["../options.nix", *files, "../secret-files.nix"]


def test_without_standalone_nothing_of_clan_core_is_declared_or_defined_twice() -> None:
    texts = render(plans.plan(), standalone=False)
    assert "options.nix" not in texts
    assert "a/secrets.nix" not in texts
    assert not any("options.clan.core" in text or "clan.core.settings" in text for text in texts.values())


def test_files_of_the_repository_are_named_relative_to_the_rendered_file() -> None:
    assert "../../modules/x.nix" in render(plans.plan())["a/machine.nix"]
    assert "../../../modules/x.nix" in render(plans.plan(), out_relative="nix/machines")["a/machine.nix"]
    outside = render(plans.plan(), out_relative=None, root="/srv/clan")
    assert "/srv/clan/modules/x.nix" in outside["a/machine.nix"]
    assert "default = /srv/clan;" in outside["options.nix"]


def test_files_of_keys_are_named_as_the_clan_names_them() -> None:
    user = User("alice", "user-alice", True, key_files=(RepositoryPath("keys/alice.pub"), "/etc/keys"))
    text = render(plans.plan(plans.machine("a", users={"alice": user})))["a/users.nix"]
    assert 'keyFiles = [\n      ../../keys/alice.pub\n      "/etc/keys"\n    ];' in text


def test_every_block_says_where_it_comes_from() -> None:
    texts = render(plans.plan())
    assert "# clan.nix:12: instances.borgbackup.roles.client of a\n" in texts["a/borgbackup.nix"]
    assert "# clan.nix:12: instances.borgbackup.roles.server, client a\n" in texts["srv/borgbackup.nix"]
    assert "# clan.nix:12: machines.a\n" in texts["a/state.nix"]


def test_several_modules_become_imports_with_their_strings_untouched() -> None:
    script = "{\n  a = ''\n    one\n      two\n  '';\n}"
    function = "{ lib, ... }:\n{\n  b = 1;\n}"
    parts = (
        ModulePart((script,), plans.PLACE),
        ModulePart((function,), plans.PLACE),
        ModulePart((RepositoryPath("m.nix"),), plans.PLACE),
    )
    text = render(plans.plan(plans.machine("a", modules=MachineModules(rest=parts))))["a/machine.nix"]
    assert "    {\n      a = ''\n        one\n          two\n      '';\n    }\n" in text
    assert "    (\n      { lib, ... }:\n      {\n        b = 1;\n      }\n    )\n" in text
    assert "    ../../m.nix\n" in text


def test_arguments_that_the_user_has_to_pass_are_named() -> None:
    part = ModulePart(("{ inputs, self, ... }: { }",), plans.PLACE, ("self", "inputs"))
    text = render(plans.plan(plans.machine("a", modules=MachineModules(rest=(part,)))))["a/machine.nix"]
    assert "take inputs, self from `specialArgs`" in text


def test_a_public_value_that_is_there_is_a_literal() -> None:
    text = render(plans.plan())["srv/borgbackup.nix"]
    assert 'authorizedKeys = [ "ssh-ed25519 AAAA\\n" ];' in text
    assert "publicPath" not in text


def test_a_public_value_that_is_missing_is_read_later_or_names_the_command() -> None:
    texts = render(plans.plan(plans.full()))
    text = texts["full/borgbackup.nix"]
    assert "  inherit (import ../variables.nix) publicText;\n" in text
    assert 'authorizedKeys = [ (publicText "a" "per-machine/a/borgbackup/borgbackup.ssh.pub") ];' in text
    assert "run clanback vars generate ${machine}" in texts["variables.nix"]
    assert "variables.nix" not in render(plans.plan())


def test_a_pinned_host_key_is_written_to_known_hosts() -> None:
    from clanback.plan.model import PublicValue

    pinned = plans.job(
        host_key=PublicValue("per-machine/srv/openssh/ssh.id_ed25519.pub", "ssh-ed25519 HOST\n"), host_names=("srv", "srv.clan")
    )
    text = render(plans.plan(plans.client(jobs={"srv": pinned})))["a/borgbackup.nix"]
    assert 'environment.etc."clanback/known_hosts".text = "srv,srv.clan ssh-ed25519 HOST\\n";\n' in text


def test_rendering_twice_gives_the_same_bytes() -> None:
    assert render(plans.plan(plans.full(), plans.client())) == render(plans.plan(plans.full(), plans.client()))


@pytest.mark.parametrize("compat", COMPAT)
def test_every_file_survives_our_own_parser_and_printer(compat: str | None) -> None:
    for name, text in render(plans.plan(plans.full(), plans.client(), plans.server()), compat=compat).items():
        if not name.endswith(".nix"):
            continue
        tree = parse(text, name)
        assert parse(print_expr(tree), name) == tree
        assert text.endswith("\n")
        assert not any(line != line.rstrip() for line in text.splitlines()), name


@pytest.mark.nix
@pytest.mark.parametrize("compat", COMPAT)
@pytest.mark.parametrize("standalone", [True, False])
def test_every_file_is_accepted_by_real_nix(compat: str | None, standalone: bool, tmp_path: Path) -> None:
    texts = render(plans.plan(plans.full(), plans.client(), plans.server()), compat=compat, standalone=standalone)
    files = []
    for name, text in ((name, text) for name, text in texts.items() if name.endswith(".nix")):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        files.append(str(file))
    done = subprocess.run(["nix-instantiate", "--parse", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
