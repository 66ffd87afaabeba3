{ self, ... }: { inventory.machines = builtins.mapAttrs (_: _: { }) (builtins.readDir "${self}/machines"); }
