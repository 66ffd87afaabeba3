throw "a draft"
