"""The graph, the machines and the findings as one page of HTML that needs nothing else: no network, no other file.

A Content Security Policy lets the page run exactly its own style and script, by their digests, and nothing else, whatever names
the clan has.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from clanback import __version__
from clanback.drawing.markup import Markup
from clanback.drawing.runtime import page_template
from clanback.drawing.svg import CLASSES, STYLE, WORDS, svg
from clanback.plan.graph import Health, Kind, collapsed, health, when
from clanback.plan.state_of_services import Declared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.plan.audit import Audit, Copy, MachineAudit, StateAudit
    from clanback.plan.graph import Graph
    from clanback.plan.model import MachinePlan, Plan

_MEANING = {
    Health.GOOD: "every state has three copies at two places, one off-site",
    Health.SAVED: "every state is saved, but not 3-2-1",
    Health.UNKNOWN: "some folders only Nix can know",
    Health.UNSAVED: "some state has no copy",
    Health.NOTHING: "nothing is declared to be kept",
}
_MOST_FINDINGS = 500
_COLUMNS = ("Machine", "State", "Copies", "Folders", "Saves to", "Keeps", "Tags")


def page(graph: Graph, plan: Plan, audit: Audit, findings: Sequence[Diagnostic]) -> str:
    """The text of the page. `findings` in the order in which they are to stand."""
    style, script = Markup(STYLE + page_template("page.css")), page_template("page.js")
    keeps = {node.name: node.keeps for node in graph.nodes if node.kind is Kind.MACHINE}
    machines = [_machine(plan.machines[name], machine, keeps.get(name, 0)) for name, machine in audit.machines.items()]
    jobs = sum(edge.jobs for edge in graph.edges)
    return page_template(
        "page.html",
        policy=policy(style, script),
        style=style,
        script=script,
        clan=plan.meta.name or "the clan",
        headline=_headline(audit, jobs),
        facts=list(_facts(audit, jobs)),
        picture=svg(collapsed(graph), standalone=False),
        legend=[{"kind": CLASSES[one], "word": WORDS[one], "meaning": _MEANING[one]} for one in Health],
        columns=[{"title": title, "sorted": "ascending" if at == 0 else "none"} for at, title in enumerate(_COLUMNS)],
        machines=machines,
        findings=[_finding(found) for found in findings[:_MOST_FINDINGS]],
        more_findings=f"and {len(findings) - _MOST_FINDINGS} more" if len(findings) > _MOST_FINDINGS else "",
        services=list(_services(audit)),
        version=__version__,
    )


def policy(style: str, script: str) -> str:
    """Nothing from anywhere, but for the page's own style and script."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _headline(audit: Audit, jobs: int) -> str:
    states = audit.states
    good = sum(state.three_two_one for state in states)
    if not states:
        return "Nothing is declared to be kept."
    if good == len(states):
        return f"Every state has three copies at two places, one of them off-site ({len(states)} in all)."
    unsaved = sum(not state.saved and not state.unknown for state in states)
    rest = f"{unsaved} {'is' if unsaved == 1 else 'are'} saved nowhere." if unsaved else f"{jobs} jobs save them."
    have = "has" if good == 1 else "have"
    return f"{good} of {len(states)} states {have} three copies at two places, one of them off-site; {rest}"


def _facts(audit: Audit, jobs: int) -> Iterator[dict[str, Any]]:
    states = audit.states
    unsaved = sum(not state.saved and not state.unknown for state in states)
    unknown = sum(bool(state.unknown) for state in states)
    yield {"kind": "", "number": len(audit.machines), "words": "machines"}
    yield {"kind": "", "number": jobs, "words": "backup jobs"}
    yield {"kind": "", "number": len(states), "words": "states"}
    yield {"kind": "good", "number": sum(state.three_two_one for state in states), "words": "states with 3-2-1"}
    yield {"kind": "unsaved" if unsaved else "", "number": unsaved, "words": "states saved nowhere"}
    yield {"kind": "unknown" if unknown else "", "number": unknown, "words": "states with unknown folders"}


def _machine(planned: MachinePlan, machine: MachineAudit, keeps: int) -> dict[str, Any]:
    state = health(machine)
    counts = sorted({one.count for one in machine.states})
    folders = [folder for one in machine.states for folder in _folders(one)]
    if not machine.complete:
        folders.append({"text": "…", "note": "modules that only Nix can read may declare more", "kind": "unknown"})
    copies = {copy.job: copy for one in machine.states for copy in one.copies}
    return {
        "name": machine.name,
        "site": machine.site,
        "kind": CLASSES[state],
        "word": WORDS[state],
        "copies": "–".join(str(count) for count in dict.fromkeys((counts[0], counts[-1]))) if counts else "–",  # noqa: RUF001
        "copies_order": counts[0] if counts else 99,
        "folders": folders,
        "jobs": [
            {"place": _place(copies.get(name), name), "when": when(job.start_at), "facts": _words(copies.get(name))}
            for name, job in planned.jobs.items()
        ],
        "keeps": keeps,
        "tags": [tag for tag in planned.tags if tag not in ("all", "nixos")],
    }


def _folders(state: StateAudit) -> Iterator[dict[str, str]]:
    for folder in state.folders:
        saved = state.saved and folder not in state.left_out
        yield {"text": folder, "note": state.name if saved else f"{state.name}: not saved", "kind": "" if saved else "unsaved"}
    for text in state.unknown:
        yield {"text": text, "note": f"{state.name}: only Nix can know", "kind": "unknown"}
    if not state.folders and not state.unknown:
        yield {"text": state.name, "note": "has no folders", "kind": "unsaved"}


def _place(copy: Copy | None, job: str) -> str:
    return job if copy is None else copy.place


def _words(copy: Copy | None) -> str:
    if copy is None:
        return "saves no whole state"
    words = [{True: "off-site", False: "same site", None: "site unknown"}[copy.off_site]]
    words += [] if copy.pinned is None else ["host key pinned" if copy.pinned else "host key not pinned"]
    return ", ".join(words)


def _finding(found: Diagnostic) -> dict[str, str]:
    span = found.span
    return {
        "code": found.code,
        "severity": found.severity.value,
        "message": found.message,
        "place": "" if span is None else f"{span.source.name}:{span.line}:{span.column}",
        "help": found.help or "",
    }


def _services(audit: Audit) -> Iterator[dict[str, str]]:
    words = {
        Declared.NO: "no state declares it",
        Declared.LINK: "what is declared is a link there; declare the folder in /var/lib/private",
        Declared.PERHAPS: "perhaps declared, which only Nix can know",
    }
    for machine in audit.machines.values():
        for service in machine.services:
            if service.declared in words and service.folder is not None:
                yield {
                    "machine": machine.name,
                    "name": service.service,
                    "folder": service.folder,
                    "why": words[service.declared] + ("" if service.certain else ", if it is turned on at all"),
                }
