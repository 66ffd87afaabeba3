[ "grain" ]
