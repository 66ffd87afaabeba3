{ clan.core.state.a.folders = [ "/a" ]; }
