self: { inventory.machines.a.description = builtins.readFile (self + "/note.txt"); machines.b = import "${self}/b.nix"; }
