# A flake that packages something; the clan is what clan.nix says.
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";

  outputs =
    { self, nixpkgs, core }:
    {
      packages.x86_64-linux.default = nixpkgs.legacyPackages.x86_64-linux.hello;
      apps.x86_64-linux.clan = core.apps.x86_64-linux.clan;
    };
}
