"""Options, their types and priorities: merging definitions as nixpkgs' `lib/modules.nix` does."""
