throw "off"
