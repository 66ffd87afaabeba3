"""Names of archives as the contract lists them: `<job>::<repository>::<archive>`."""

from __future__ import annotations

import attrs


@attrs.frozen(order=True)
class ArchiveName:
    """The name of an archive, taken apart."""

    job: str
    repository: str
    archive: str

    def __str__(self) -> str:
        return f"{self.job}::{self.repository}::{self.archive}"


def parse_name(text: str) -> ArchiveName | None:
    """Take a name apart, None where it is none.

    >>> parse_name("backup-server::borg@192.0.2.1:.::laptop-2026-04-14T03:53:34").repository
    'borg@192.0.2.1:.'
    """
    job, _, rest = text.partition("::")
    repository, _, archive = rest.rpartition("::")
    return ArchiveName(job, repository, archive) if job and repository and archive and "\0" not in text else None
