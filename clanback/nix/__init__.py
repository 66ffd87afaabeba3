"""The Nix language: text to syntax tree to values, and back to text. Knows nothing of clans."""
