"""Keys, passwords and secrets of the machines, kept as clan-core's age backend keeps them, so that either tool can go on.

`items` says what a clan needs, `parts` make it, `layout` where each file lies, `recipients` who may read it, `store` reads,
`change` writes all files of a step or none. `generate`, `checking`, `fixing` and `papers` are what people ask for.
"""
