{ clan.core.state.bran = { folders = [ "/srv/bran" ]; }; }
