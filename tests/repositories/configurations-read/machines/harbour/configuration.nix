{ clan.core.state.boats.folders = [ "/srv/boats" ]; }
