{
  meta.name = "d";
  imports = [
    ./off.nix
    ./shared.nix
    { disabledModules = [ ./off.nix ]; }
  ];
  machines.a = {
    imports = [
      ./m-off.nix
      ./m-shared.nix
    ];
    disabledModules = [ ./m-off.nix ];
    clan.core.state.own.folders = [ "/o" ];
  };
}
