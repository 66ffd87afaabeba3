"""CB2xx: the clan's declaration and `clanback.toml`."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES = (
    Code(
        "CB200",
        "no clan found",
        "error",
        """
There is no `clan.nix` at the given path, nor a `flake.nix` that defines a clan. `--clan PATH` takes the file itself
or the folder of the repository; without it, the repository around the current folder is used.""",
    ),
    Code(
        "CB201",
        "unknown attribute",
        "error",
        """
The schema has no attribute of this name at this place. clan-core refuses it too, but says so only when it evaluates
the whole clan. The help names what is near, or everything there is. At the top level of a clan that imports modules which only
Nix can read it is a warning: one of them may declare the attribute.""",
        bad='inventory.machines.laptop.tag = [ "home" ];',
        good='inventory.machines.laptop.tags = [ "home" ];',
    ),
    Code(
        "CB202",
        "wrong type",
        "error",
        """
The value has another type than this place wants; the message names both.""",
        bad='inventory.machines.laptop.tags = "home";',
        good='inventory.machines.laptop.tags = [ "home" ];',
    ),
    Code(
        "CB203",
        "conflicting definitions",
        "error",
        """
The same option has two different values of the same priority, for example from the role's settings and from the
machine's. Neither wins: all levels count alike. Remove one, or say which is meant with `lib.mkForce` (or which is
only a default with `lib.mkDefault`).""",
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client = {
  settings.startAt = "03:00";
  machines.laptop.settings.startAt = "02:00";
};""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client = {
  settings.startAt = "03:00";
  machines.laptop = { };
};""",
    ),
    Code(
        "CB204",
        "defined more than once",
        "error",
        """
Several modules define something that may be defined only once, such as the `settings` of a role. Both places are
shown.""",
        bad="""
imports = [
  { inventory.instances.borgbackup.roles.client.settings.startAt = "02:00"; }
  { inventory.instances.borgbackup.roles.client.settings.exclude = [ "*.tmp" ]; }
];""",
        good="""
imports = [
  { inventory.instances.borgbackup.roles.client.settings = { startAt = "02:00"; exclude = [ "*.tmp" ]; }; }
];""",
    ),
    Code(
        "CB205",
        "required value missing",
        "error",
        """
An option without a default was not given a value.""",
        bad="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations.box = { };
""",
        good="""
inventory.instances.borgbackup.roles.client.machines.laptop.settings.destinations.box.repo = "u1@box.example:./laptop";
""",
    ),
    Code(
        "CB206",
        "value must be known without Nix",
        "error",
        """
Names of machines, members of roles, tags and settings decide what is backed up where, so clanback has to know them.
This one depends on something only Nix can know (`config`, `pkgs`, another flake), shown in the message.""",
        bad="""
{ inputs, ... }:
{
  meta.name = "example";
  inventory.machines = { laptop = { }; server = { }; };
  inventory.instances.borgbackup.roles.server.machines.server = { };
  inventory.instances.borgbackup.roles.client.machines.laptop.settings.startAt = inputs.times.night;
}""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop.settings.startAt = "03:00";""",
    ),
    Code(
        "CB207",
        "removed attribute",
        "error",
        """
The attribute existed once and clan-core has removed it; the help names what took its place.""",
        bad="inventory.services = { };",
        good="inventory.instances = { };",
    ),
    Code(
        "CB208",
        "read-only attribute",
        "error",
        """
The attribute is computed from others and cannot be set.""",
        bad="""
machines.laptop.clan.core.state.docs = {
  folders = [ "/home" ];
  preBackupCommand = "sync";
};""",
        good="""
machines.laptop.clan.core.state.docs = {
  folders = [ "/home" ];
  preBackupScript = "sync";
};""",
    ),
    Code(
        "CB209",
        "deprecated attribute",
        "warning",
        """
The attribute still works and will go away; the help names what to write instead.""",
        bad='meta.tld = "lan";',
        good='meta.domain = "home.lan";',
    ),
    Code(
        "CB210",
        "meta.name missing",
        "error",
        """
Every clan needs a name: `meta.name = "…";`.""",
        bad='{ meta.domain = "home.lan"; }',
        good='{ meta.name = "home"; }',
    ),
    Code(
        "CB211",
        "invalid meta.name",
        "error",
        """
`meta.name` may hold letters, digits, `_` and `-`.""",
        bad='{ meta.name = "my clan"; }',
        good='{ meta.name = "my-clan"; }',
    ),
    Code(
        "CB212",
        "invalid meta.domain",
        "error",
        """
`meta.domain` must be a domain name in lower case: letters, digits and `-`, in parts separated by dots.""",
        bad='meta.domain = "Home LAN";',
        good='meta.domain = "home.lan";',
    ),
    Code(
        "CB213",
        "invalid machine name",
        "error",
        """
The name of a machine is also its host name and the name of a folder: letters, digits, `-` and `_`, no dots, no
spaces.""",
        bad='inventory.machines."my laptop" = { };',
        good="inventory.machines.my-laptop = { };",
    ),
    Code(
        "CB214",
        "unknown machine in a role",
        "error",
        """
The role names a machine that the clan does not have. clan-core says nothing and configures nobody: a misspelt client
is simply not backed up. For a service that is left to clan-core it is a warning.""",
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.labtop = { };""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };""",
    ),
    Code(
        "CB215",
        "unknown tag in a role",
        "warning",
        """
No machine has this tag and `inventory.tags` does not define it, so the role gets no members from it.""",
        bad="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.tags.al = { };""",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.tags.all = { };""",
    ),
    Code(
        "CB216",
        "unknown service",
        "error",
        """
clan-core has no service of this name, and one of a similar name exists. `module.name` defaults to the name of the
instance.""",
        bad="""
inventory.instances.backup = {
  module.name = "borgbackupp";
  roles.client.machines.laptop = { };
};""",
        good="""
inventory.instances.backup = {
  module.name = "borgbackup";
  roles.server.machines.server = { };
  roles.client.machines.laptop = { };
};""",
    ),
    Code(
        "CB217",
        "opaque service",
        "info",
        """
clanback does not know this service. Its members are resolved and shown; nothing is rendered for it, and if it
declares state, that is found only when NixOS evaluates the machine.""",
        bad="inventory.instances.zerotier.roles.peer.tags.all = { };",
    ),
    Code(
        "CB218",
        "unknown role",
        "error",
        """
The service has no role of this name; the help lists those it has.""",
        bad="inventory.instances.borgbackup.roles.cliant.machines.laptop = { };",
        good="""
inventory.instances.borgbackup.roles.server.machines.server = { };
inventory.instances.borgbackup.roles.client.machines.laptop = { };""",
    ),
    Code(
        "CB219",
        "settings must be plain",
        "error",
        """
`settings` are data: an attribute set of strings, numbers, lists and sets. Functions and `imports` belong into
`extraModules`.""",
        bad="inventory.instances.borgbackup.roles.server.settings.imports = [ ./server.nix ];",
        good="inventory.instances.borgbackup.roles.server.settings = { };",
    ),
    Code(
        "CB220",
        "imported module not readable without Nix",
        "warning",
        """
The clan imports something that clanback cannot follow, because it comes from another flake or depends on Nix. What it
would add to the inventory is not known here.""",
        bad="""
{ inputs, ... }:
{
  meta.name = "example";
  imports = [ inputs.other.clanModules.backups ];
}""",
        good="""
{ inputs, ... }:
{
  meta.name = "example";
  imports = [ ./backups.nix ];
}
--- backups.nix
{ inventory.machines.laptop = { }; }""",
    ),
    Code(
        "CB221",
        "not a module",
        "error",
        """
A module is an attribute set, a function that returns one, or a path to a file with one of these.""",
        bad="imports = [ 1 ];",
        good="imports = [ { } ];",
    ),
    Code(
        "CB222",
        "file cannot be read",
        "error",
        """
A file that the clan consists of exists but cannot be read.""",
    ),
    Code(
        "CB223",
        "invalid inventory.json",
        "error",
        """
`inventory.json` is not JSON, or not an object. clan-core's programs write it; mend it by hand or restore it from
version control.""",
        bad="""
--- inventory.json
[ "laptop" ]""",
        good="""
--- inventory.json
{ "machines": { "nas": { } } }""",
    ),
    Code(
        "CB224",
        "flake passed over",
        "warning",
        """
`flake.nix` could not be evaluated without Nix, so the clan is what `clan.nix` beside it says. What the flake adds to that
is not known here.""",
    ),
    Code(
        "CB225",
        "known to Nix only",
        "info",
        """
The value is written as an expression that needs NixOS, nixpkgs or a foreign flake. Backups can be planned without it;
commands that reach the machine cannot know its address.""",
        bad="""
{ inputs, ... }:
{
  meta.name = "example";
  inventory.machines.laptop.deploy.targetHost = inputs.addresses.laptop;
}""",
        good="""
{ inputs, ... }:
{
  meta.name = "example";
  inventory.machines.laptop.deploy.targetHost = "root@192.0.2.11";
}""",
    ),
    Code(
        "CB226",
        "machine declared by its modules only",
        "warning",
        """
`machines.<name>` makes a machine of that name if there is none. This one is declared nowhere else, no role names it, and
another machine has almost the same name: what was meant for that one, its state for example, goes to a machine that does not
exist. If there is such a machine, say so with `inventory.machines.<name> = { };`.""",
        bad='machines.labtop.clan.core.state.docs.folders = [ "/home" ];',
        good='machines.laptop.clan.core.state.docs.folders = [ "/home" ];',
    ),
    Code(
        "CB227",
        "address that cannot work",
        "warning",
        """
`deploy.targetHost` and `deploy.buildHost` are written `user@host:port?option=value`; user, port and options may be left out.
ssh could never reach what stands there.""",
        bad='inventory.machines.laptop.deploy.targetHost = "root@10.0.0.300";',
        good='inventory.machines.laptop.deploy.targetHost = "root@10.0.0.30";',
    ),
    Code(
        "CB228",
        "properties the wrong way round",
        "error",
        """
Nix takes properties off a value in one order: `mkMerge` and `mkIf` first, then one of `mkForce`, `mkDefault` and
`mkOverride`, then one of `mkBefore`, `mkAfter` and `mkOrder`. One that stands further inside than its kind may is not
seen: Nix takes it for the value, and says that this has the wrong type.""",
        bad="""
{ lib, ... }:
{
  meta.name = "example";
  inventory.machines.laptop.tags = lib.mkForce (lib.mkIf true [ "home" ]);
}""",
        good="""
{ lib, ... }:
{
  meta.name = "example";
  inventory.machines.laptop.tags = lib.mkIf true (lib.mkForce [ "home" ]);
}""",
    ),
)
