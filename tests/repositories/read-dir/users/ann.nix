{ user = "ann"; groups = [ "wheel" ]; }
