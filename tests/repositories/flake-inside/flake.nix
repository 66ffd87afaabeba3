# The flake at the top passes on what a flake in one of its folders makes; that one is an input by its path.
{
  inputs.os.url = "path:./systems/os";

  outputs =
    { os, ... }:
    {
      inherit (os) clan clanInternals nixosConfigurations;
    };
}
