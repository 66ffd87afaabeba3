{ inventory.tags.few = [ "a" "b" ]; }
