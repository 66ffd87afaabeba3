# Rendered by clanback: machine laptop, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./state.nix
    ./borgbackup.nix
    ./sshd.nix
    ./secrets.nix
    ../secret-files.nix
  ];

  clan.core.settings.machine.name = "laptop";
}
