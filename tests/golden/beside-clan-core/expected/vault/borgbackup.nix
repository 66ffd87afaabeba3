# Rendered by clanback: what Borg does on vault.
let
  inherit (import ../variables.nix) publicText;
in
{
  imports = [ ../clanback-machine.nix ];

  # clan.nix:10: instances.borgbackup.roles.server, client laptop
  services.borgbackup.repos.laptop = {
    path = "/var/lib/borgbackup/laptop";
    authorizedKeys = [ (publicText "laptop" "per-machine/laptop/borgbackup/borgbackup.ssh.pub") ];
  };
}
