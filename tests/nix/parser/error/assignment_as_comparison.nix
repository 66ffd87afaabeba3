if true = false then 1 else 2
