{ inventory.tags.some = [ "a" ]; }
