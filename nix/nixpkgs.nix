# nixpkgs with our overlay: the one that is given (the flake gives its input), else that of NIX_PATH.
{
  nixpkgs ? <nixpkgs>,
  overlays ? [ ],
  ...
}@args:
import nixpkgs (
  removeAttrs args [ "nixpkgs" ] // { overlays = [ (import ./overlay.nix) ] ++ overlays; }
)
