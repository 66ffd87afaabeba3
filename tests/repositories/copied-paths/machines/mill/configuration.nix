{ imports = [ "${../../parts}/more.nix" ]; }
