{ clan.core.state.x.folders = [ "/x" ]; }
