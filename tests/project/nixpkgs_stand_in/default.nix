# Just as much of nixpkgs as our packaging asks for: every Python package is a set with its name, and packages carry their arguments.
{
  system ? "x86_64-linux",
  overlays ? [ ],
}:
let
  lib = import ./lib.nix;

  pythonNames = [
    "attrs"
    "buildPythonPackage"
    "cattrs"
    "cryptography"
    "hatchling"
    "hypothesis"
    "installShellFiles"
    "jinja2"
    "lark"
    "libpass"
    "mypy"
    "oncalendar"
    "pygls"
    "pyrage"
    "pytest"
    "pytest-xdist"
    "pythonOlder"
    "rich"
    "rich-argparse"
    "ruff"
    "shtab"
    "xkcdpass"
  ];

  makePython =
    extensions:
    let
      base = self: lib.genAttrs pythonNames (name: { inherit name; }) // {
        inherit lib;
        callPackage =
          path: arguments:
          let
            function = import path;
          in
          function (builtins.intersectAttrs (builtins.functionArgs function) self // arguments);
        buildPythonPackage = arguments: arguments // { inherit system; };
        pythonOlder = _: false;
        toPythonApplication = package: package // { isApplication = true; };
      };
      packages = lib.fix (lib.extendAll base extensions);
    in
    packages;

  base = self: {
    inherit lib system;
    pythonPackagesExtensions = [ ];
    python3Packages = makePython self.pythonPackagesExtensions;
    python3 = {
      name = "python3";
      withPackages = choose: {
        name = "python3-with-packages";
        packages = choose self.python3Packages;
      };
    };
    nix = {
      name = "nix";
    };
    shellcheck = {
      name = "shellcheck";
    };
    mkShell = arguments: arguments // { isShell = true; };
  };
in
lib.fix (lib.extendAll base overlays)
