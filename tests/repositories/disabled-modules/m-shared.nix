{ clan.core.state.sh.folders = [ "/s" ]; }
