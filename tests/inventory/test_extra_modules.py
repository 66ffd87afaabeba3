"""Extra modules of roles: imported for members, never forced, and none lost."""

from __future__ import annotations

from tests.inventory.clans import resolved


def test_a_list_that_only_nix_knows_is_imported_whole() -> None:
    found = resolved("""{ self, ... }: {
      meta.name = "x";
      inventory.machines.a = { };
      inventory.instances.importer = {
        roles.default.tags.all = { };
        roles.default.extraModules = map (m: ./modules + "/${m}") (builtins.attrNames self.nixosModules);
      };
    }""")
    role = found.it.instances["importer"].roles["default"]
    (part,) = role.extra_modules
    text = "".join(piece if isinstance(piece, str) else "./." for piece in part.pieces)
    assert "imports =\n" in text
    assert "builtins.attrNames self.nixosModules" in text
    assert part.arguments == ("self",)
    assert not role.extra_state_complete


def test_a_module_that_only_nix_knows_may_declare_more_state() -> None:
    found = resolved("""{ inputs, ... }: {
      meta.name = "x";
      inventory.machines.a = { };
      inventory.instances.importer.roles.default = { tags.all = { }; extraModules = [ inputs.x.nixosModules.y ]; };
    }""")
    assert not found.it.instances["importer"].roles["default"].extra_state_complete


def test_modules_that_are_understood_declare_all_there_is() -> None:
    found = resolved("""{
      meta.name = "x";
      inventory.machines.a = { };
      inventory.instances.importer.roles.default = {
        tags.all = { };
        extraModules = [ { clan.core.state.x.folders = [ "/x" ]; } ];
      };
    }""")
    role = found.it.instances["importer"].roles["default"]
    assert role.extra_state_complete
    assert role.extra_state["x"].folders == ("/x",)
