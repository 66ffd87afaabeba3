throw "not imported either"
