# Rendered by clanback: machine vault, to be imported by its NixOS configuration.
{
  imports = [
    ./borgbackup.nix
    ./sshd.nix
  ];
}
