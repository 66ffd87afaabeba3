"""The builtins of Nix, one file per family."""
