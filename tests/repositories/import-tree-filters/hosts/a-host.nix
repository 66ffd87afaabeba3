{ clan.inventory.machines.a = { }; }
