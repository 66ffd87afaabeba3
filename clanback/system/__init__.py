"""The edge to the operating system: the one place that starts programs, replaces single files and locks folders (ADR 8)."""
