{ inventory.machines.one.tags = [ "mid" ]; }
