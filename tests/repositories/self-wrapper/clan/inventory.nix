inputs:
inputs.nixpkgs.lib.foldl' inputs.nixpkgs.lib.recursiveUpdate { } [
  { machines.a.tags = [ "x" ]; }
  { machines.b.tags = [ "y" ]; }
  { machines.a.deploy.targetHost = "a"; }
]
