rec { inherit x; }
