"""The clan's `meta`: name and domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import Severity, error, warning
from clanback.inventory.model import Meta
from clanback.inventory.names import is_clan_name, is_domain
from clanback.inventory.plain import known_text
from clanback.modules.show import quoted
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.loading import ClanConfig
    from clanback.inventory.places import PlaceBook


def resolve_meta(config: ClanConfig, book: PlaceBook) -> Meta:
    """The meta data; a missing or impossible name or domain is reported."""
    evaluator = config.evaluator
    before = len(config.found)
    merged = evaluator.force(config.value.get("meta"))
    merged = merged if isinstance(merged, Attrs) else Attrs()
    book.add_attributes("meta", merged)
    name, domain, tld = (known_text(evaluator, merged.get(key)) for key in ("name", "domain", "tld"))
    description, icon = (known_text(evaluator, config.leniently(merged.get(key))) for key in ("description", "icon"))
    if name is None:
        if "name" not in (merged.positions or {}) and len(config.found) == before:
            config.report(_without_name(config))
    elif not is_clan_name(name):
        config.report(
            error(
                "CB211",
                f"`meta.name` may hold letters, digits, `_` and `-` only, not {quoted(name)}",
                merged.value_span("name"),
                help=f"for example {quoted(_near(name) or 'my-clan')}",
            )
        )
    if tld is not None:
        config.report(warning("CB209", "`meta.tld` is deprecated", merged.name_span("tld"), help="use `meta.domain`"))
    chosen = domain if domain is not None else tld if tld is not None else "clan"
    if not is_domain(chosen):
        config.report(
            error(
                "CB212",
                f"`meta.domain` must be a lower-case domain name, not {quoted(chosen)}",
                merged.value_span("domain" if domain is not None else "tld"),
                help=f"for example {quoted(_near_domain(chosen))}",
            )
        )
    return Meta(name or "", chosen, description, icon, tld)


def _without_name(config: ClanConfig) -> Diagnostic:
    """That nobody says the name; where modules could not be read, that one of them may."""
    unread = next((d for d in config.found if d.code == "CB220" and d.severity is not Severity.INFO), None)
    if unread is None:
        return error("CB210", "`meta.name` is missing: a clan needs a name", config.beginning(), help='add `meta.name = "…";`')
    return error(
        "CB210",
        "`meta.name` is not known: nothing that can be read without Nix sets it",
        unread.span,
        notes=["this, which only Nix can read, may set it", *unread.notes],
        help='write `meta.name = "…";` where it can be read, such as in `clan.nix`',
    )


def _near(name: str) -> str:
    """A name that may be used, near to one that may not."""
    return "".join(c if is_clan_name(c) else "-" for c in name).strip("-")


def _near_domain(domain: str) -> str:
    """A domain that may be used, near to one that may not."""
    lower = domain.strip().lower().removeprefix("https://").removeprefix("http://").partition("/")[0]
    near = ".".join(filter(None, ("".join(c if is_domain(c) else "-" for c in part).strip("-") for part in lower.split("."))))
    return near if is_domain(near) else "clan"
