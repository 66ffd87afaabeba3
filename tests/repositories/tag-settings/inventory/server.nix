{ address = "10.1.1.1"; directory = "/backups"; }
