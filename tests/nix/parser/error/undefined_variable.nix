let machine = 1; in [ machin machine other ]
