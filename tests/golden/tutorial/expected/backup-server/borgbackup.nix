# Rendered by clanback: what Borg does on backup-server.
let
  inherit (import ../variables.nix) publicText;
in
{
  imports = [ ../clanback-machine.nix ];

  # clan.nix:25: instances.borgbackup.roles.server, client alice-laptop
  services.borgbackup.repos.alice-laptop = {
    path = "/var/lib/borgbackup/alice-laptop";
    authorizedKeys = [ (publicText "alice-laptop" "per-machine/alice-laptop/borgbackup/borgbackup.ssh.pub") ];
  };
}
