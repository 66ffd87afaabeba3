{ clan.core.state.resin.folders = [ "/srv/resin" ]; }
