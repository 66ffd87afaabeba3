{ deploy.targetHost = "b.lan"; }
