{ ... }:
{
  _class = "clan.service";
  manifest.name = "web";
  roles.server.interface =
    { lib, ... }:
    {
      options.port = lib.mkOption { type = lib.types.port; };
    };
  roles.client = { };
}
