{ clan.meta.name = "filters"; }
