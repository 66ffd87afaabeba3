# Rendered by clanback: what Borg does on cellar.
let
  inherit (import ../variables.nix) publicText;
in
{
  imports = [ ../clanback-machine.nix ];

  # clan.nix:21: instances.borgbackup.roles.server, client till
  services.borgbackup.repos.till = {
    path = "/srv/backups/till";
    authorizedKeys = [ (publicText "till" "per-machine/till/borgbackup/borgbackup.ssh.pub") ];
  };

  # Borg's clients come in over SSH, and clan-core's service has it on all its machines.
  services.openssh.enable = true;
}
