{ perSystem = { pkgs, ... }: { packages.saw = pkgs.hello; }; }
