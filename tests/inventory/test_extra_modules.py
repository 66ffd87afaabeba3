"""Extra modules of roles: imported for members, never forced, and none lost."""

from __future__ import annotations

import pytest

from clanback.services import plan
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


HEAD = 'meta.name = "x"; inventory.machines.a = { }; inventory.instances.i.roles.default.tags.all = { };'


def given(*texts: str) -> str:
    """A clan of as many modules, each of which says something about the `extraModules` of one role."""
    modules = [f"{{ inventory.instances.i.roles.default.extraModules = {text}; }}" for text in texts]
    return f"{{ lib, inputs, ... }}: {{ imports = [ {' '.join(modules)} ]; {HEAD} }}"


def one(name: str) -> str:
    """A module that declares state of that name."""
    return f'{{ clan.core.state.{name}.folders = [ "/{name}" ]; }}'


def many(*names: str) -> str:
    """A list of such modules."""
    return f"[ {' '.join(map(one, names))} ]"


@pytest.mark.parametrize(
    ("definitions", "names"),
    [
        ([many("p"), many("q")], ["p", "q"]),
        ([many("p"), f"lib.mkForce {many('q')}"], ["q"]),
        ([many("p"), f"lib.mkDefault {many('q')}"], ["p"]),
        ([f"lib.mkOverride 10 {many('p')}", f"lib.mkForce {many('q')}", many("r")], ["p"]),
        ([many("p"), "lib.mkForce [ ]"], []),
        ([f"lib.mkIf false {many('p')}", many("q")], ["q"]),
        ([f"lib.mkIf true {many('p')}", many("q")], ["p", "q"]),
        ([f"lib.mkMerge [ {many('p')} (lib.mkIf false {many('q')}) {many('r')} ]"], ["p", "r"]),
        ([f"lib.mkIf false (lib.mkForce {many('p')})", many("q")], ["q"]),
        ([f"[ (lib.mkIf false {one('p')}) (lib.mkIf true {one('q')}) (lib.mkForce {one('r')}) ]"], ["q", "r"]),
    ],
)
def test_extra_modules_are_a_list_with_priorities_and_conditions(definitions: list[str], names: list[str]) -> None:
    found = resolved(given(*definitions))
    assert sorted(found.it.instances["i"].roles["default"].extra_state) == names
    assert found.codes == []


def test_the_order_of_extra_modules_is_that_of_the_module_system() -> None:
    rules = '[ {{ systemd.tmpfiles.rules = [ "{}" ]; }} ]'.format
    found = resolved(given(f"lib.mkAfter {rules('last')}", rules("middle"), f"lib.mkBefore {rules('first')}"))
    # A machine's modules merge in the reverse order of their list.
    assert found.it.instances["i"].roles["default"].extra_tmpfiles == ("last", "middle", "first")


@pytest.mark.parametrize(("element", "what"), [("5", "a number"), ("[ { } ]", "a list"), ('"modules/x.nix"', "a string")])
def test_what_is_no_module_is_none_in_extra_modules(element: str, what: str) -> None:
    finding = resolved(given(f"[ {element} ]")).only()
    assert (finding.code, finding.message) == ("CB202", f"an element of `extraModules` must be a module, not {what}")


def test_whether_a_module_is_imported_must_be_known() -> None:
    finding = resolved(given("lib.mkIf inputs.x.on [ ./x.nix ]")).only()
    assert finding.code == "CB206"
    assert "the condition of `mkIf` is `inputs.x.on`" in finding.message
    assert "`extraModules` of role `default` of instance `i`" in finding.message


def test_a_module_that_cannot_be_evaluated_is_imported_all_the_same() -> None:
    found = resolved(given('[ (throw "not here") ]'))
    assert found.codes == []
    assert len(found.it.instances["i"].roles["default"].extra_modules) == 1


@pytest.mark.parametrize(
    ("own", "extra", "rules", "states"),
    [
        ('systemd.tmpfiles.rules = [ "own" ];', 'systemd.tmpfiles.rules = [ "role" ];', ("role", "own"), {}),
        ('systemd.tmpfiles.rules = lib.mkForce [ "own" ];', 'systemd.tmpfiles.rules = [ "role" ];', ("own",), {}),
        ('systemd.tmpfiles.rules = lib.mkDefault [ "own" ];', 'systemd.tmpfiles.rules = [ "role" ];', ("role",), {}),
        ('systemd.tmpfiles.rules = lib.mkBefore [ "own" ];', 'systemd.tmpfiles.rules = [ "role" ];', ("own", "role"), {}),
        (
            'clan.core.state = lib.mkForce { s.folders = [ "/own" ]; };',
            'clan.core.state.t.folders = [ "/t" ];',
            (),
            {"s": ("/own",)},
        ),
        ("clan.core.state.s.folders = lib.mkForce [ ];", 'clan.core.state.s.folders = [ "/t" ];', (), {"s": ()}),
        ("imports = [ ./shared.nix ];", "imports = [ ./shared.nix ];", ("shared",), {"f": ("/f",)}),
    ],
)
def test_a_machine_and_its_roles_are_one_configuration(
    own: str, extra: str, rules: tuple[str, ...], states: dict[str, tuple[str, ...]]
) -> None:
    head = HEAD.replace("instances.i", "instances.borgbackup").replace("default", "client")
    shared = '{ systemd.tmpfiles.rules = [ "shared" ]; clan.core.state.f.folders = [ "/f" ]; }'
    found = resolved(
        f"""{{ lib, ... }}: {{ {head} machines.a = {{ {own} }};
            inventory.instances.borgbackup.roles.client.extraModules = [ {{ {extra} }} ]; }}""",
        {"shared.nix": shared},
    )
    planned = plan(found.it).machines["a"]
    assert planned.tmpfiles == rules
    assert {name: entry.folders for name, entry in planned.state.items()} == states
