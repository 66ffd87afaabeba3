throw "does not match"
