{ inventory.machines.child = { }; }
