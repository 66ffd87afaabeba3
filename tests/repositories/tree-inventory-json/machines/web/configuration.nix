{ self, lib, ... }: { imports = [ self.nixosModules.web ]; clan.core.state.own.folders = [ "/own" ]; }
