# Rendered by clanback: machine laptop, to be imported by its NixOS configuration.
{
  imports = [
    ./state.nix
    ./borgbackup.nix
    ./sshd.nix
  ];
}
