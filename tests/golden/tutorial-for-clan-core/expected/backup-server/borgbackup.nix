# Rendered by clanback: what Borg does on backup-server.
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
  # clan.nix:25: instances.borgbackup.roles.server, client alice-laptop
  services.borgbackup.repos.alice-laptop = {
    path = "/var/lib/borgbackup/alice-laptop";
    authorizedKeys = [ (publicText "alice-laptop" "per-machine/alice-laptop/borgbackup/borgbackup.ssh.pub") ];
  };
}
