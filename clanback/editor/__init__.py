"""The language server: what editors show of a clan while it is being written."""
