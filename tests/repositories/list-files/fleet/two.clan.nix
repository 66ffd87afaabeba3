{ inventory.machines.two = { }; }
