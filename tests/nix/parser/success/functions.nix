{ a, b ? a, ... }@args: all@{ c }: { }: x: { inherit args all x; inherit (args) d "e"; }
