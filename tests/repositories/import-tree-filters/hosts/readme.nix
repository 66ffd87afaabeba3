throw "no host"
