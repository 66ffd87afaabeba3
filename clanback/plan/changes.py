"""What can change between two plans: the words of `plan`, as frozen classes. `diff.py` finds them, `telling.py` says them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping


class Subject(Enum):
    """What a change is about."""

    MACHINE = "machine"
    JOB = "job"
    FOLDER = "folder"
    UNKNOWN_FOLDER = "unknown folder"
    EXCLUSION = "exclusion"
    REPOSITORY = "repository"
    KEPT = "kept repository"
    CLIENT_KEY = "client key"
    HOST_KEY = "host key"
    APPEND_ONLY = "append-only"
    SCHEDULE = "schedule"
    DELAY = "delay"
    RETENTION = "retention"
    PRUNING = "pruning"
    QUOTA = "quota"
    STATE = "state"
    COMPLETENESS = "completeness"
    HOOK = "hook"
    CONNECTION = "connection"
    COMPRESSION = "compression"
    ARCHIVE_NAME = "archive name"
    TARGET_HOST = "target host"


class Weight(Enum):
    """What a change means for somebody who may need a backup; in the order in which changes are told."""

    LOST = "lost"
    SCHEDULE = "schedule"
    RETENTION = "retention"
    NEW = "new"
    OTHER = "other"


@attrs.frozen
class Change:
    """One difference. `before` and `after` are texts for people, None for "not there"; `job` is the client's job, or for what a
    server keeps the client's name. `rank_before` and `rank_after` order two values of one kind where less means worse (how much
    retention keeps). `still` names what a folder that comes or goes is a part of, before and after, so that nothing is lost.
    """

    subject: Subject
    machine: str
    job: str | None
    before: str | None
    after: str | None
    still: str | None = None
    rank_before: tuple[int, ...] = ()
    rank_after: tuple[int, ...] = ()
    details_before: tuple[str, ...] = ()
    """What was there, for what is gone as a whole: the folders of a machine or job."""
    details_after: tuple[str, ...] = ()

    @property
    def weight(self) -> Weight:
        """What it means."""
        return _weight(self)

    def reversed(self) -> Change:
        """The same seen from the other side."""
        return attrs.evolve(
            self,
            before=self.after,
            after=self.before,
            rank_before=self.rank_after,
            rank_after=self.rank_before,
            details_before=self.details_after,
            details_after=self.details_before,
        )


_COMING_AND_GOING = frozenset(
    {Subject.MACHINE, Subject.JOB, Subject.FOLDER, Subject.UNKNOWN_FOLDER, Subject.KEPT, Subject.CLIENT_KEY, Subject.HOST_KEY}
)
_WEIGHTS: Mapping[Subject, Weight] = {
    Subject.REPOSITORY: Weight.LOST,
    Subject.SCHEDULE: Weight.SCHEDULE,
    Subject.DELAY: Weight.SCHEDULE,
    Subject.PRUNING: Weight.RETENTION,
    Subject.QUOTA: Weight.RETENTION,
}


def _weight(change: Change) -> Weight:
    subject = change.subject
    if subject in _COMING_AND_GOING:
        if change.still is not None:
            return Weight.OTHER
        return Weight.NEW if change.before is None else Weight.LOST
    if subject is Subject.EXCLUSION:  # an exclusion that comes is a folder that goes
        return Weight.LOST if change.before is None else Weight.NEW
    if subject is Subject.APPEND_ONLY:
        return Weight.LOST if change.after is None else Weight.NEW
    if subject is Subject.RETENTION:
        less = any(b > a for b, a in zip(change.rank_before, change.rank_after, strict=True))
        return Weight.LOST if less else Weight.RETENTION
    return _WEIGHTS.get(subject, Weight.OTHER)


@attrs.frozen
class FileChange:
    """A rendered file, or a file of the repository that rendered modules import, which is not the same any more.

    `added` and `removed` count lines; `only_comments` says that nothing else differs. `told` is true when a change says what
    happened there; other files are "other changes".
    """

    path: str
    added: int
    removed: int
    only_comments: bool
    told: bool

    def reversed(self) -> FileChange:
        """The same seen from the other side."""
        return attrs.evolve(self, added=self.removed, removed=self.added)


@attrs.frozen
class Difference:
    """All that changes between two plans: nothing at all exactly when both render the same bytes."""

    changes: tuple[Change, ...] = ()
    files: tuple[FileChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.files)

    def reversed(self) -> Difference:
        """What undoing it would change."""
        changes = sorted((change.reversed() for change in self.changes), key=order)
        return Difference(tuple(changes), tuple(file.reversed() for file in self.files))

    def of(self, weight: Weight) -> tuple[Change, ...]:
        """The changes of one weight."""
        return tuple(change for change in self.changes if change.weight is weight)

    @property
    def other_files(self) -> tuple[FileChange, ...]:
        """The files whose differences no change tells."""
        return tuple(file for file in self.files if not file.told)


_WEIGHT_ORDER = {weight: at for at, weight in enumerate(Weight)}
_SUBJECT_ORDER = {subject: at for at, subject in enumerate(Subject)}


def order(change: Change) -> tuple[object, ...]:
    """Sorts changes: what is lost first, then by what they are about and whom they concern."""
    texts = (change.job or "", change.before or "", change.after or "")
    return (_WEIGHT_ORDER[change.weight], _SUBJECT_ORDER[change.subject], change.machine, *texts)
