"""Backups for a set of NixOS machines: reads `clan.nix`, plans who backs up what to whom, renders NixOS modules."""

__version__ = "0.1.0"
