{
  meta.name = "tags-or";
  inventory.machines = { a = { }; b = { }; };
  inventory.tags =
    { config, machines, lib, ... }:
    {
      big = lib.filter (name: name != "a") (config.some or (lib.attrNames machines));
      both = (config.big or [ ]) ++ (if config ? none then [ "b" ] else [ "a" ]);
    };
}
