{ lib, ... }:
let
  host = lib.types.submodule (
    { name, config, ... }:
    {
      options = {
        address = lib.mkOption {
          type = lib.types.str;
          default = "${name}.lan";
        };
        tags = lib.mkOption {
          type = lib.types.listOf lib.types.str;
          default = [ "plain" ];
        };
        backup = lib.mkEnableOption "backups";
        target = lib.mkOption { default = "root@${config.address}"; };
      };
    }
  );
in
{
  options.fleet = {
    hosts = lib.mkOption {
      type = lib.types.attrsOf host;
      default = { };
    };
    domain = lib.mkOption {
      type = lib.types.nullOr lib.types.str;
      default = null;
      apply = domain: if domain == null then "fleet" else lib.toLower domain;
    };
  };
}
