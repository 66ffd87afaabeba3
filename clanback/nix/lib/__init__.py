"""The functions of nixpkgs' `lib` that inventories use, natively."""
