{ meta.name = "self-paths"; }
