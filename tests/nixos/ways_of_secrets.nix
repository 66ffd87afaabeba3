# The options of agenix and sops-nix that rendered modules set, with the types that these have.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
  required = type: mkOption { inherit type; };
  keys = option (types.listOf types.path) [ "/etc/ssh/ssh_host_ed25519_key" ];
in
{
  options.age = {
    identityPaths = keys;
    secrets = option (types.attrsOf (
      types.submodule {
        options = {
          file = required types.path;
          path = required types.str;
          mode = option types.str "0400";
          owner = option types.str "0";
          group = option types.str "0";
          symlink = option types.bool true;
        };
      }
    )) { };
  };
  options.sops = {
    age = {
      keyFile = option (types.nullOr types.path) null;
      sshKeyPaths = keys;
    };
    gnupg.sshKeyPaths = keys;
    secrets = option (types.attrsOf (
      types.submodule (
        { name, config, ... }:
        {
          options = {
            format = option (types.enum [
              "yaml"
              "json"
              "binary"
            ]) "yaml";
            sopsFile = required types.path;
            path = option types.str (
              if config.neededForUsers then "/run/secrets-for-users/${name}" else "/run/secrets/${name}"
            );
            mode = option types.str "0400";
            owner = option types.str "root";
            group = option types.str "root";
            neededForUsers = option types.bool false;
          };
        }
      )
    )) { };
  };
}
