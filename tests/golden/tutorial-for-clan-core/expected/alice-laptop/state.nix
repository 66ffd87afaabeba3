# Rendered by clanback: what is worth keeping on alice-laptop.
# clan.nix:67: machines.alice-laptop
{
  # ... and that matter: this is what gets backed up.
  clan.core.state."my-documents" = {
    folders = [
      "/home/alice/documents"
      "/home/alice/pictures"
    ];
  };
}
