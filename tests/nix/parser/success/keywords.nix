let a = 1; inherit (a) b; in with a; assert b; if a then b else let { body = 1; }
