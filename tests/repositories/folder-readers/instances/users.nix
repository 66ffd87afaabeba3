{ lib, ... }: lib.listToAttrs
  (map
    (u: lib.nameValuePair "user-${u}" {
      module.name = "users";
      roles.default.tags.all = { };
      roles.default.settings.user = u;
    })
    [ "root" "ann" ])
