# Rendered by clanback: folders that are to exist on till.
# clan.nix:25: machines.till
let
  # Travels with the modules that use it.
  ledger = "/var/lib/ledger";
in
{
  systemd.tmpfiles.rules = [ "d ${ledger} 0750 ledger ledger -" ];
}
