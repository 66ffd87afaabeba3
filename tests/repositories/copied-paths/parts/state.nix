{ clan.core.state.flour.folders = [ "/srv/flour" ]; }
