"""From a repository to the resolved inventory: loading, tags, membership, settings, machines."""
