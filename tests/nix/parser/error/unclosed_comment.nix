{ } /* never
