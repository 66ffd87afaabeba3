{ clan.inventory.machines.b = { }; }
