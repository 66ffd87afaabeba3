{ user = "bob"; prompt = false; }
