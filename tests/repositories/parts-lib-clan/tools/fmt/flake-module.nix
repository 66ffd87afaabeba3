{ perSystem = { }; }
