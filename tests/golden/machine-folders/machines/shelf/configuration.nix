{ clan.core.state.z.folders = [ "/z" ]; }
