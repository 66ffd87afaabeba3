"""CB490 to CB499: what `plan`, `graph` and `audit` say of themselves."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES = (
    Code(
        "CB490",
        "no git repository to compare with",
        "error",
        """
`clanback plan` compares the clan with a revision of the git repository around it, and git says there is none, or that it
belongs to somebody else (`safe.directory`). Without git, name another folder: `clanback plan --against DIR`.""",
    ),
    Code(
        "CB491",
        "no such revision",
        "error",
        """
git does not know the revision to compare with. In CI, often only the newest commit has been fetched: fetch the branch that the
change goes into as well. A repository that was just made has no commit at all: commit first.""",
    ),
    Code(
        "CB492",
        "a revision that cannot be laid out",
        "error",
        """
The files of a revision are written to a temporary folder, as git stores them and without running hooks or filters. That
failed: a name that no file should have, contents that are missing (in a partial clone), a full disk.""",
    ),
    Code(
        "CB493",
        "a state that cannot be read",
        "error",
        """
The clan was to be compared with another state of it, which cannot be evaluated. The notes say why. Compare with a revision
that worked.""",
    ),
    Code(
        "CB494",
        "a drawing that cannot be written",
        "error",
        """
`clanback graph --out FILE` could not write its file: the folder is not writable, the name is that of a folder, the disk is full.
What was there before is still there.""",
    ),
)
