"""From the plan to the texts of NixOS modules, and to disk, atomically."""
