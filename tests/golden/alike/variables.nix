# Rendered by clanback: public values that were not in vars/ when this was rendered, read when Nix evaluates.
# Rendering again once they are there makes literals of them.
rec {
  # The place of a value, with the command that makes it where it is missing.
  publicPath =
    machine: key:
    let
      file = ../vars + "/${key}/value";
    in
    if builtins.pathExists file then
      file
    else
      throw "vars/${key}/value is not there: run clanback vars generate ${machine}";

  # Its text.
  publicText = machine: key: builtins.readFile (publicPath machine key);

  # Its text without line ends.
  publicLine = machine: key: builtins.replaceStrings [ "\n" ] [ "" ] (publicText machine key);

  # Its place in the Nix store, under a name.
  publicFile =
    name: machine: key:
    builtins.path {
      inherit name;
      path = publicPath machine key;
    };
}
