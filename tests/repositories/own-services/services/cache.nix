{ lib, ... }:
{
  _class = "clan.service";
  manifest.name = "cache";
  roles.default.perInstance = { };
}
