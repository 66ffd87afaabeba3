# The functions of nixpkgs' lib that our packaging uses, and those the stand-in needs itself.
rec {
  fix =
    f:
    let
      x = f x;
    in
    x;

  # Extend a package set (a function of the final one) by overlays (functions of the final and the previous one).
  extendAll =
    base: overlays:
    builtins.foldl' (
      previous: overlay: final:
      let
        before = previous final;
      in
      before // overlay final before
    ) base overlays;

  genAttrs =
    names: make:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = make name;
      }) names
    );

  cleanSource = path: path;

  licenses.mit = {
    spdxId = "MIT";
  };
}
