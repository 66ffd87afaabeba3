"""CB3xx: services and their settings."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES = (
    Code(
        "CB301",
        "placeholder left in place",
        "error",
        """
A text that the tutorial asks you to replace still stands there: `<IP-ADDRESS>`, `PASTE_YOUR_KEY_HERE`. Everything
renders, and nothing of it works.""",
        bad='inventory.machines.laptop.deploy.targetHost = "root@<IP-ADDRESS>";',
        good='inventory.machines.laptop.deploy.targetHost = "root@192.0.2.11";',
    ),
    Code(
        "CB302",
        "malformed public key",
        "error",
        """
The text is not a public key as `ssh-keygen` writes it (`ssh-ed25519 AAAA… comment`), so nobody can log in with it.
Paste the whole line of the file that ends in `.pub`.""",
        bad="""
inventory.instances.sshd.roles.server = {
  tags.all = { };
  settings.authorizedKeys.me = "ssh-ed25519 AAAA";
};""",
        good="""
inventory.instances.sshd.roles.server = {
  tags.all = { };
  settings.authorizedKeys.me = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMYQpZ0ZQ2HkJ0cYqW8n7lZ5oR7mE2S8vVw0n3p1bKxT me";
};""",
    ),
    Code(
        "CB303",
        "user defined differently by two instances",
        "error",
        """
Two instances of the users service define the same user of one machine with different values; NixOS would refuse the
machine.""",
        bad="""
inventory.instances.one = {
  module.name = "users";
  roles.default.machines.laptop.settings = { user = "alice"; share = true; };
};
inventory.instances.two = {
  module.name = "users";
  roles.default.machines.laptop.settings = { user = "alice"; share = false; };
};""",
        good="""
inventory.instances.one = {
  module.name = "users";
  roles.default.machines.laptop.settings = { user = "alice"; share = true; };
};
inventory.instances.two = {
  module.name = "users";
  roles.default.machines.laptop.settings = { user = "alice"; share = true; };
};""",
    ),
    Code(
        "CB304",
        "nobody can log in",
        "warning",
        """
The machine has no key for root and no user with a password or key that this clan knows of. After the next deployment
nobody may be able to reach it.""",
        bad="""
inventory.instances.users.roles.default.machines.laptop.settings.user = "alice";""",
        good="""
inventory.instances.users.roles.default.machines.laptop.settings = {
  user = "alice";
  groups = [ "wheel" ];
};""",
    ),
    Code(
        "CB305",
        "service does not run on this class of machine",
        "warning",
        """
The service is made for NixOS and the machine is of another class (`machineClass = "darwin"`): nothing is rendered for
it there.""",
        bad="""
inventory.machines.mac.machineClass = "darwin";
inventory.instances.sshd.roles.server.tags.all = { };""",
        good="""
inventory.machines.mac.machineClass = "darwin";
inventory.instances.sshd.roles.server.tags.nixos = { };""",
    ),
    Code(
        "CB306",
        "name that no user can have",
        "error",
        """
The name holds something that the file of accounts cannot hold, or is too long: NixOS refuses it, or never makes the account.""",
        bad="""
inventory.instances.users.roles.default.machines.laptop.settings.user = "alice cooper";""",
        good="""
inventory.instances.users.roles.default.machines.laptop.settings.user = "alice";""",
    ),
)
