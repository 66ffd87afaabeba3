"""How much one evaluation may use. Each limit ends in a `LimitError`, never in a traceback or a hang."""

from __future__ import annotations

import attrs


@attrs.frozen
class Limits:
    """Limits of one evaluator; the defaults are far above what real inventories need."""

    call_depth: int = 10_000
    """Nested function calls, as Nix' `max-call-depth`."""
    calls: int = 100_000_000
    """Function calls in all: what ends an exponential recursion."""
    string_length: int = 100_000_000
    """Characters of one string."""
    list_length: int = 20_000_000
    """Elements of one list, attributes of one set, steps of one builtin's loop."""
    file_size: int = 50_000_000
    """Bytes of a file that is read."""
    python_depth: int = 400_000
    """Nested Python frames (chains of thunks that are no calls); they live on the heap, a few hundred bytes each."""
