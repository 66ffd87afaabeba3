"""`python -m clanback`."""

import sys

from clanback.cli import main

sys.exit(main())
