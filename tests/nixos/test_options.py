"""The options of clan-core that rendered modules declare, as modules of users meet them on plain nixpkgs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.nixos.evaluation import HERE, evaluate, normalised, rendered

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.nix

CLAN = """{
  meta.name = "test";
  inventory.machines.a.deploy.targetHost = "root@a.example";
  inventory.instances.sshd.roles.server.machines.a = { };
}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "clan.nix").write_text(CLAN)
    rendered(tmp_path / "clan.nix")
    return tmp_path


def look(repository: Path, expression: str, module: str = "{ }") -> Any:
    """The value of an expression over the `config` of machine `a` with a user's module; `"error"` where it throws."""
    text = f"""
      let
        config = ((import {HERE}/facts.nix {{ clans = {{ }}; }}).system {{
          imports = [ {repository}/generated/a ({module}) ];
        }}).config;
        tried = builtins.tryEval (builtins.deepSeq ({expression}) ({expression}));
      in
      if tried.success then tried.value else "error"
    """
    return normalised(evaluate(text))


def test_a_machine_knows_its_name_its_host_and_its_repository(repository: Path) -> None:
    assert look(repository, "config.clan.core.settings.machine.name") == "a"
    assert look(repository, "config.clan.core.networking.targetHost") == "root@a.example"
    assert look(repository, "toString config.clan.core.settings.directory") == str(repository)
    assert look(repository, "config.networking.hostName") == "a"
    assert look(repository, "config.networking.hostName", '{ networking.hostName = "other"; }') == "other"


def test_a_secret_has_a_path_and_no_value(repository: Path) -> None:
    file = 'config.clan.core.vars.generators.openssh.files."ssh.id_ed25519"'
    assert look(repository, f"{file}.path") == "/run/secrets/vars/per-machine/a/openssh/ssh.id_ed25519"
    assert look(repository, f"{file}.value") == "error"


def test_generators_of_users_modules_are_known_too(repository: Path) -> None:
    module = """{
      clan.core.vars.generators.web = {
        share = true;
        files.password.neededFor = "users";
        files.token = { };
        script = "echo";
        prompts.password.type = "hidden";
      };
    }"""
    web = "config.clan.core.vars.generators.web"
    assert look(repository, f"{web}.files.password.path", module) == "/run/secrets-for-users/vars/shared/web/password"
    assert look(repository, f"{web}.files.token.path", module) == "/run/secrets/vars/shared/web/token"
    assert look(repository, f"{web}.prompts.password.type", module) == "hidden"


def test_a_public_value_is_read_from_vars_or_the_command_is_named(repository: Path) -> None:
    module = '{ clan.core.vars.generators.web.files."id.pub".secret = false; }'
    file = 'config.clan.core.vars.generators.web.files."id.pub"'
    assert look(repository, f"{file}.value", module) == "error"
    assert look(repository, f"{file}.path", module) == "error"
    value = repository / "vars" / "per-machine" / "a" / "web" / "id.pub" / "value"
    value.parent.mkdir(parents=True)
    value.write_text("public\n")
    assert look(repository, f"{file}.value", module) == "public\n"
    assert look(repository, f"{file}.path", module) == "/nix/store/…-per-machine-a-web_id.pub"


def test_what_is_missing_when_nix_evaluates_is_an_error_only_where_it_is_needed(repository: Path) -> None:
    assert look(repository, "config.programs.ssh.knownHosts.ssh-ca.publicKey") == "error"
    assert look(repository, "config.services.openssh.enable") is True
    value = repository / "vars" / "shared" / "openssh-ca" / "id_ed25519.pub" / "value"
    value.parent.mkdir(parents=True)
    value.write_text("ssh-ed25519 CA\n")
    assert look(repository, "config.programs.ssh.knownHosts.ssh-ca.publicKey") == "ssh-ed25519 CA\n"


def test_state_carries_options_of_other_tools_and_derives_its_commands(repository: Path) -> None:
    module = '{ clan.core.state.docs = { folders = [ "/d" ]; preRestoreScript = "stop"; mine.colour = "red"; }; }'
    state = "config.clan.core.state.docs"
    assert look(repository, f"{state}.mine.colour", module) == "red"
    assert look(repository, f"{state}.preRestoreCommand", module) == "pre-restore-docs"
    assert look(repository, f"{state}.postRestoreCommand", module) is None
    assert look(repository, "map (p: p.name) config.environment.systemPackages", module) == [
        "clanback-secrets",
        "pre-restore-docs",
    ]


@pytest.mark.parametrize(
    "definition",
    ['docs.preBackupCommand = "mine"', '"a b".folders = [ ]', 'docs.folders = "/d"', "docs.folders = [ 1 ]"],
)
def test_state_is_checked_as_clan_core_checks_it(repository: Path, definition: str) -> None:
    reached = "map (s: [ s.name s.folders s.preBackupCommand ]) (builtins.attrValues config.clan.core.state)"
    assert look(repository, reached, f"{{ clan.core.state.{definition}; }}") == "error"


def test_state_of_several_modules_merges(repository: Path) -> None:
    """What a submodule imports comes last in it: its definitions are turned round once more than those outside."""
    module = """{
      imports = [ { clan.core.state.docs = { folders = [ "/b" ]; preBackupScript = "two"; }; } ];
      clan.core.state.docs = { folders = [ "/a" ]; preBackupScript = "one"; };
    }"""
    assert look(repository, "config.clan.core.state.docs.preBackupScript", module) == "one\ntwo"
    assert look(repository, "config.clan.core.state.docs.folders", module) == ["/a", "/b"]


def test_what_only_clan_core_can_do_is_accepted_with_a_warning(repository: Path) -> None:
    module = "{ clan.core.postgresql.enable = true; clan.core.postgresql.databases.ledger.create.enable = true; }"
    (warning,) = look(repository, "config.warnings", module)
    assert "postgresql" in warning
    assert look(repository, "config.warnings", "{ clan.core.postgresql.enable = false; }") == []
    assert look(repository, "config.warnings") == []
