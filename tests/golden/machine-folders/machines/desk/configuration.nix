{ clan.core.state.y.folders = [ "/y" ]; }
