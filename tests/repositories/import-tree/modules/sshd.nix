{ lib, ... }:
{
  clan.inventory.instances.sshd.roles.server = {
    tags.server = { };
    settings.authorizedKeys = lib.genAttrs [ "x" "y" ] (who: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD ${who}");
  };
}
