{ inventory.machines.shared2 = { }; }
