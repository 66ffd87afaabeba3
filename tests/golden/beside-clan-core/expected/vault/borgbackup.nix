# Rendered by clanback: what Borg does on vault.
let
  # Public values that were not there yet when this was rendered are read from vars/ when Nix evaluates.
  publicPath =
    machine: key:
    let
      file = ../../../vars + "/${key}/value";
    in
    if builtins.pathExists file then
      file
    else
      throw "vars/${key}/value is not there: run clan vars generate ${machine}";
  publicText = machine: key: builtins.readFile (publicPath machine key);
in
{
  # clan.nix:10: instances.borgbackup.roles.server, client laptop
  services.borgbackup.repos.laptop = {
    path = "/var/lib/borgbackup/laptop";
    authorizedKeys = [ (publicText "laptop" "per-machine/laptop/borgbackup/borgbackup.ssh.pub") ];
  };
}
