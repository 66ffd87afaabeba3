a: b: [ (a b.c or 1) (a.b.c or b 2) ]
