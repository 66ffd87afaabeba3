# clanback as a package of every Python, and as the program of the default one.
final: prev: {
  pythonPackagesExtensions = prev.pythonPackagesExtensions ++ [
    (pythonFinal: _: { clanback = pythonFinal.callPackage ./packages/clanback { }; })
  ];

  clanback = final.python3Packages.toPythonApplication final.python3Packages.clanback;
}
