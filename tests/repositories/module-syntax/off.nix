{ inventory.machines.off = { }; }
