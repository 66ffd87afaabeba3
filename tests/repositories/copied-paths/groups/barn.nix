[ "store" ]
