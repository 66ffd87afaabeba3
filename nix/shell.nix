# A shell to work on clanback in: its dependencies, those of the tests, real Nix and shellcheck.
{
  pkgs ? import ./nixpkgs.nix { },
}:
pkgs.mkShell {
  inputsFrom = [ pkgs.python3Packages.clanback ];

  packages = [
    pkgs.nix
    pkgs.shellcheck
    (pkgs.python3.withPackages (
      ps: ps.clanback.dependencies ++ ps.clanback.optional-dependencies.test
    ))
  ];

  # The program as it stands in this folder.
  shellHook = ''
    export PYTHONPATH="$PWD''${PYTHONPATH:+:$PYTHONPATH}"
  '';
}
