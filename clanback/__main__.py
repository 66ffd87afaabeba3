"""`python -m clanback`."""

import sys

from clanback.cli import program

sys.exit(program())
