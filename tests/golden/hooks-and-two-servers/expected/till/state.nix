# Rendered by clanback: what is worth keeping on till.
# clan.nix:25: machines.till
let
  # Travels with the modules that use it.
  ledger = "/var/lib/ledger";
in
{ pkgs, ... }:
{
  clan.core.state.ledger = {
    folders = [ ledger ];
    preBackupScript = ''
      systemctl stop ledger
      ${pkgs.sqlite}/bin/sqlite3 ${ledger}/db ".backup ${ledger}/copy"
    '';
    postBackupScript = "systemctl start ledger";
  };
}
