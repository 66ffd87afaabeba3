# Rendered by clanback; changes made here are noticed and kept from being overwritten. See MANIFEST.json.
{
  desk = ./desk;
  shelf = ./shelf;
}
