# Rendered by clanback; changes made here are noticed and kept from being overwritten. See MANIFEST.json.
{
  laptop = ./laptop;
  vault = ./vault;
}
