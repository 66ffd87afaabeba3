{ lib }: { numbered = prefix: n: map (i: "${prefix}${toString i}") (lib.range 1 n); }
