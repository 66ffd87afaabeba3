# Rendered by clanback: what Borg does on vault.
let
  inherit (import ../variables.nix) publicText;
in
{
  imports = [ ../clanback-machine.nix ];

  # clan.nix:10: instances.borgbackup.roles.server, client laptop
  services.borgbackup.repos.laptop = {
    path = "/var/lib/borgbackup/laptop";
    authorizedKeysAppendOnly = [ (publicText "laptop" "per-machine/laptop/borgbackup/borgbackup.ssh.pub") ];
    quota = "100G";
  };

  # The client may not prune this repository itself.
  clanback.pruning.laptop = {
    archives = "laptop-vault-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
    keep = {
      within = "1d";
      daily = 7;
      weekly = 4;
      monthly = 0;
      yearly = 2;
    };
  };
}
