{ clan.inventory.machines.c = { }; }
