# `outputs` in a file of its own; the clan's file is a function of `self` and the inputs.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";

  outputs = inputs: import ./nix/outputs.nix inputs;
}
