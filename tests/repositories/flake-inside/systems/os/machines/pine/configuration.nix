{ inputs, ... }: { imports = [ "${inputs.self}/shared.nix" ]; clan.core.state.cones.folders = [ "/srv/cones" ]; }
