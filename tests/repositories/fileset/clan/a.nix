{ meta.name = "fileset"; inventory.machines.a = { }; }
