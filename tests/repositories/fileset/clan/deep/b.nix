{ inventory.machines.b = { }; }
