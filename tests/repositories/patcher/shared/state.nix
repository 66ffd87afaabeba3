{ clan.core.state.shared.folders = [ "/shared" ]; }
