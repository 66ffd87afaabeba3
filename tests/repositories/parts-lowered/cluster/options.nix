{ lib }: with lib; {
  clusters = mkOption {
    default = { };
    type =
      types.attrsOf
        (types.submodule
          ({ name, config, ... }:
          {
            options = {
              enable = mkEnableOption "it";
              label = mkOption {
                type = types.str;
                default = "cluster-${name}";
              };
              members = mkOption {
                type = types.attrsOf types.str;
                default = { };
                apply = mapAttrs (n: ip: {
                  inherit ip;
                  host = "${n}.${name}";
                });
              };
              backup.to = mkOption {
                type = types.nullOr types.str;
                default = null;
              };
              count = mkOption {
                type = types.ints.unsigned;
                readOnly = true;
                default = length (attrNames config.members);
              };
            };
          }));
  };
}
