{ clan.core.state.s.folders = [ "/s" ]; }
