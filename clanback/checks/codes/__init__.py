"""What every code means, a file for each family (`registry` loads them).

`bad` and `good` are definitions as they stand in a `clan.nix`; tests run them.
"""
