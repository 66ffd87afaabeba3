{ tags = [ "t" ]; }
