"""Findings beyond what cannot be resolved, one file per family; the registry of codes."""
