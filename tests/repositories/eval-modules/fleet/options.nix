{ lib, config, ... }:
let
  inherit (lib) mkOption types;
in
{
  options.fleet = {
    store = mkOption { type = types.str; };
    hosts = mkOption {
      type =
        types.attrsOf
          (types.submodule
            ({ name, config, ... }:
            {
              options = {
                address = mkOption {
                  type = types.str;
                  default = "${name}.lan";
                };
                tags = mkOption {
                  type = types.listOf types.str;
                  default = [ ];
                };
                backup = mkOption {
                  type = types.bool;
                  default = true;
                };
                exclude = mkOption {
                  type = types.listOf types.str;
                  default = [ ];
                };
                role = mkOption {
                  type = types.enum [ "a" "b" ];
                  default = "a";
                };
              };
              config.tags = lib.mkAfter [ config.role ];
            }));
      default = { };
    };
  };
}
