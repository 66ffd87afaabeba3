{ clan = "farm"; }
