throw "not asked for"
