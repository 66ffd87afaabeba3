{
  description = "Backups for a set of NixOS machines: clan.nix in, plain NixOS modules out";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";

  outputs =
    { nixpkgs, ... }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forAllSystems =
        make: nixpkgs.lib.genAttrs systems (system: make (import ./nix/nixpkgs.nix { inherit nixpkgs system; }));
    in
    {
      overlays.default = import ./nix/overlay.nix;

      # nix run . -- render
      packages = forAllSystems (pkgs: {
        inherit (pkgs) clanback;
        default = pkgs.clanback;
      });

      # nix develop
      devShells = forAllSystems (pkgs: {
        default = import ./nix/shell.nix { inherit pkgs; };
      });
    };
}
