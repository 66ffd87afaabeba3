{ clan.core.state.b.folders = [ "/b" ]; }
