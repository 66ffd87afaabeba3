# Rendered by clanback: what Borg does on cellar.
let
  # Public values that were not there yet when this was rendered are read from vars/ when Nix evaluates.
  publicPath =
    machine: key:
    let
      file = ../../vars + "/${key}/value";
    in
    if builtins.pathExists file then
      file
    else
      throw "vars/${key}/value is not there: run clan vars generate ${machine}";
  publicText = machine: key: builtins.readFile (publicPath machine key);
in
{
  # clan.nix:21: instances.borgbackup.roles.server, client till
  services.borgbackup.repos.till = {
    path = "/srv/backups/till";
    authorizedKeys = [ (publicText "till" "per-machine/till/borgbackup/borgbackup.ssh.pub") ];
  };

  services.openssh.enable = true;
}
