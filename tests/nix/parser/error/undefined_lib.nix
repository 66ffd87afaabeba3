{ a = lib.mkForce 1; }
