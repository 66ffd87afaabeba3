# Rendered by clanback: folders that are to exist on alice-laptop.
# clan.nix:67: machines.alice-laptop
{
  # Two folders of Alice's that must exist ...
  systemd.tmpfiles.rules = [
    "d /home/alice/documents 0755 alice users -"
    "d /home/alice/pictures 0755 alice users -"
  ];
}
