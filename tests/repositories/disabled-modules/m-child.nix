{ clan.core.state.child.folders = [ "/x" ]; }
