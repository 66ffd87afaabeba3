{ inventory.machines.one = { }; }
