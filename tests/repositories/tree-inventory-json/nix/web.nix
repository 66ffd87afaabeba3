{ flake.nixosModules.web = { clan.core.state.web.folders = [ "/web" ]; }; }
