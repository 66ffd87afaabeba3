{ clanLib, lib, directory, ... }:
{
  _class = "clan.service";
  manifest.name = "web";
  roles.server.interface.options.port = lib.mkOption { type = lib.types.port; };
  roles.server.perInstance = { settings, ... }: { nixosModule = { services.nginx.enable = true; }; };
  roles.client = { };
}
