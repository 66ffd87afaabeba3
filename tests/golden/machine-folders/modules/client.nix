{ systemd.tmpfiles.rules = [ "d /client - - -" ]; }
