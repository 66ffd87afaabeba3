{ inventory.machines.pc = { }; inventory.machines.nas = { }; machines.pc = hosts/state.nix; }
