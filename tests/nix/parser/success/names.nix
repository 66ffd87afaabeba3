{ a-1 = 1; a' = 2; _x = 3; or = 4; inherit-me = 5; iff = 6; }
