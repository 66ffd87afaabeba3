# Rendered by clanback: machine vault, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./borgbackup.nix
    ./sshd.nix
    ./secrets.nix
    ../secret-files.nix
  ];

  clan.core.settings.machine.name = "vault";
}
