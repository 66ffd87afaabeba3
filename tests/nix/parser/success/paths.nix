[ ./a ../b/c a/b /etc/x ~/y ./a/${"b"}/c.${"d"} <nixpkgs/lib> https://example.org/x?y=z a.b/c ]
