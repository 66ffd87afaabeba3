# one
/* two */ { /* three
 */ a = 1; # four
} /**/
