# Rendered by clanback; changes made here are noticed and kept from being overwritten. See MANIFEST.json.
{
  alice-laptop = ./alice-laptop;
  backup-server = ./backup-server;
}
