{ inventory.machines.c = { }; }
