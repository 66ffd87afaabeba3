"""Changes as sentences: what `plan` prints, whatever the format. Values from files stay marked, so that each format quotes them.

Equal sentences about several machines are told once, and the folders of a machine in one sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.plan.changes import Change, Subject, Weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


class Value(str):
    """A name, path or setting from the clan, to be quoted and escaped by whoever prints it."""

    __slots__ = ()


Sentence = tuple[str, ...]
"""Plain words and `Value`s, to be joined without anything between."""


@attrs.frozen
class Told:
    """One line: whom it concerns and what happens to them. `changes` are what it stands for."""

    weight: Weight
    symbol: str
    machines: tuple[str, ...]
    sentence: Sentence
    changes: tuple[Change, ...]


HEADINGS: Mapping[Weight, str] = {
    Weight.LOST: "What is lost",
    Weight.SCHEDULE: "When",
    Weight.RETENTION: "What is kept",
    Weight.NEW: "What is new",
    Weight.OTHER: "What else changes",
}
"""The titles of the groups, in their order."""

_SHOWN = 6


def tell(changes: Iterable[Change]) -> list[Told]:
    """The lines of all changes, in the order of the changes."""
    gathered: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        gathered.setdefault(_together(change), []).append(change)
    by_sentence: dict[tuple[Weight, str, Sentence], tuple[dict[str, None], list[Change]]] = {}
    for group in gathered.values():
        first = group[0]
        key = (first.weight, _symbol(first), _sentence(group))
        machines, members = by_sentence.setdefault(key, ({}, []))
        machines[first.machine] = None
        members.extend(group)
    return [Told(key[0], key[1], tuple(machines), key[2], tuple(of)) for key, (machines, of) in by_sentence.items()]


def listed(machines: Sequence[str]) -> Sentence:
    """`a`, `a and b`, `a, b, c and 7 more`, as a sentence's beginning."""
    shown = list(machines) if len(machines) <= 4 else [*machines[:3]]
    words: list[str] = []
    for at, name in enumerate(shown):
        last = at == len(shown) - 1 and len(shown) == len(machines)
        words += [" and " if last and at else ", " if at else "", Value(name)]
    if len(shown) < len(machines):
        words.append(f" and {len(machines) - len(shown)} more")
    return tuple(word for word in words if word)


def _together(change: Change) -> tuple[object, ...]:
    """What is told in one sentence: the folders and exclusions of a machine; all else by itself."""
    if change.subject in (Subject.FOLDER, Subject.EXCLUSION) and change.still is None:
        return (change.machine, change.job, change.subject, change.before is None)
    return (change,)


def _symbol(change: Change) -> str:
    if change.weight in (Weight.LOST, Weight.NEW):
        return "-" if change.weight is Weight.LOST else "+"
    return "~"


def _sentence(group: Sequence[Change]) -> Sentence:
    return _SENTENCES[group[0].subject](group)


def _texts(group: Sequence[Change]) -> list[str]:
    return [text for change in group for text in (change.before, change.after) if text is not None]


def _values(texts: Sequence[str]) -> Sentence:
    shown = list(texts[:_SHOWN])
    more = len(texts) - len(shown)
    words: list[str] = []
    for at, text in enumerate(shown):
        words += [", " if at else "", Value(text)]
    return (*words, *([f" and {more} more"] if more else []))


def _machine(group: Sequence[Change]) -> Sentence:
    change = group[0]
    if change.after is None:
        saved = (" (", *_values(change.details_before), ")") if change.details_before else ()
        return ("is gone from the clan: nothing of it is saved or kept any more", *saved)
    saved = (" with ", *_values(change.details_after)) if change.details_after else ()
    return ("is a new machine", *saved)


def _job(group: Sequence[Change]) -> Sentence:
    change = group[0]
    if change.after is None:
        what = _values(change.details_before) if change.details_before else ("anything",)
        return (
            *("no longer saves to ", Value(change.before or ""), ": ", *what),
            "; the archives there stay, and nobody prunes them",
        )
    what = (": ", *_values(change.details_after)) if change.details_after else ()
    return ("saves to ", Value(change.after), *what)


def _folder(group: Sequence[Change]) -> Sentence:
    change = group[0]
    folders = _values(_texts(group))
    if change.still is not None:
        outer = Value(change.still)
        if change.after is None:
            return ("saves ", *folders, " as a part of ", outer)
        return ("saves ", *folders, " by itself, before as a part of ", outer)
    return ("no longer saves " if change.after is None else "also saves ", *folders)


def _unknown_folder(group: Sequence[Change]) -> Sentence:
    change = group[0]
    verb = "no longer saves" if change.after is None else "also saves"
    return (f"{verb} what only Nix can know: ", *_values(_texts(group)))


def _exclusion(group: Sequence[Change]) -> Sentence:
    change = group[0]
    if change.before is None:
        return ("leaves out ", *_values(_texts(group)), " when it saves to ", Value(change.job or ""))
    return ("no longer leaves out ", *_values(_texts(group)), " when it saves to ", Value(change.job or ""))


def _repository(group: Sequence[Change]) -> Sentence:
    change = group[0]
    return (
        *("job ", Value(change.job or ""), " saves to a new, empty repository: ", Value(change.after or "nowhere")),
        *(" instead of ", Value(change.before or "nowhere")),
        "; the archives stay behind unless they are moved",
    )


def _kept(group: Sequence[Change]) -> Sentence:
    change = group[0]
    client = Value(change.job or "")
    if change.after is None:
        return ("no longer keeps a repository for ", client, ", ", Value(change.before or ""))
    return ("keeps a repository for ", client, ": ", Value(change.after))


def _client_key(group: Sequence[Change]) -> Sentence:
    change = group[0]
    client = Value(change.job or "")
    if change.after is None:
        return ("knows no key of ", client, " any more: it cannot save until there is one")
    if change.before is None:
        return ("knows the key of ", client, ": ", Value(_short(change.after)))
    keys = (Value(_short(change.after)), " instead of ", Value(_short(change.before)))
    return ("lets in another key of ", client, ": ", *keys, "; it cannot save until both are deployed")


def _host_key(group: Sequence[Change]) -> Sentence:
    change = group[0]
    job = Value(change.job or "")
    if change.after is None:
        return ("job ", job, " has no pinned host key any more")
    if change.before is None:
        return ("job ", job, " pins the host key ", Value(_short(change.after)))
    keys = (Value(_short(change.after)), " instead of ", Value(_short(change.before)))
    return ("job ", job, " trusts another host key: ", *keys)


def _short(key: str) -> str:
    """A public key as people compare it: its kind, the end of its text, its comment."""
    lines = key.split("\n")
    words = lines[0].split()
    short = " ".join(word if len(word) <= 40 else f"…{word[-16:]}" for word in words)
    return short if len(lines) == 1 else f"{short} and {len(lines) - 1} more"


def _append_only(group: Sequence[Change]) -> Sentence:
    change = group[0]
    client = Value(change.job or "")
    if change.after is None:
        return ("lets ", client, " delete archives again: its repository is append-only no more")
    return ("lets ", client, " only add to its repository (append-only)")


def _turned(what: str) -> Callable[[Sequence[Change]], Sentence]:
    """A value that takes the place of another, of a job or of what is kept for a client."""

    def sentence(group: Sequence[Change]) -> Sentence:
        change = group[0]
        of = ("job ", Value(change.job), " ") if change.job is not None else ()
        values = (Value(change.after or "none"), " instead of ", Value(change.before or "none"))
        return (*of, what, " ", *values)

    return sentence


def _retention(group: Sequence[Change]) -> Sentence:
    change = group[0]
    verb = "keeps less: " if change.weight is Weight.LOST else "keeps "
    last = "; older archives go with the next prune" if change.weight is Weight.LOST else ""
    values = (Value(change.after or ""), " instead of ", Value(change.before or ""))
    return ("job ", Value(change.job or ""), " ", verb, *values, last)


def _pruning(group: Sequence[Change]) -> Sentence:
    change = group[0]
    return ("job ", Value(change.job or ""), f" is pruned by the {change.after}, not by the {change.before}")


def _state(group: Sequence[Change]) -> Sentence:
    change = group[0]
    name = Value(_texts(group)[0])
    return ("no longer declares the state ", name) if change.after is None else ("declares the state ", name)


def _completeness(group: Sequence[Change]) -> Sentence:
    if group[0].after is None:
        return ("has no modules any more that only Nix can read: all its state is known",)
    return ("has modules that only Nix can read: they may declare more state",)


def _hook(group: Sequence[Change]) -> Sentence:
    change = group[0]
    state, _, hook = (change.job or "").rpartition(".")
    of = (Value(hook), " of state ", Value(state))
    if change.after is None:
        return ("runs no ", *of, " any more")
    return ("runs a ", *of) if change.before is None else ("runs another ", *of)


def _target_host(group: Sequence[Change]) -> Sentence:
    change = group[0]
    return ("is reached at ", Value(change.after or "its name"), " instead of ", Value(change.before or "its name"))


_SENTENCES: Mapping[Subject, Callable[[Sequence[Change]], Sentence]] = {
    Subject.MACHINE: _machine,
    Subject.JOB: _job,
    Subject.FOLDER: _folder,
    Subject.UNKNOWN_FOLDER: _unknown_folder,
    Subject.EXCLUSION: _exclusion,
    Subject.REPOSITORY: _repository,
    Subject.KEPT: _kept,
    Subject.CLIENT_KEY: _client_key,
    Subject.HOST_KEY: _host_key,
    Subject.APPEND_ONLY: _append_only,
    Subject.SCHEDULE: _turned("runs at"),
    Subject.DELAY: _turned("starts at most this much later:"),
    Subject.RETENTION: _retention,
    Subject.PRUNING: _pruning,
    Subject.QUOTA: _turned("may take"),
    Subject.STATE: _state,
    Subject.COMPLETENESS: _completeness,
    Subject.HOOK: _hook,
    Subject.CONNECTION: _turned("connects to the same repository by"),
    Subject.COMPRESSION: _turned("compresses with"),
    Subject.ARCHIVE_NAME: _turned("names its archives"),
    Subject.TARGET_HOST: _target_host,
}
