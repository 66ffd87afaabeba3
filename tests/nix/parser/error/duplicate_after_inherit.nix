let x = { }; in { inherit x; x.y = 1; }
