"""What SARIF 2.1.0 asks of the objects that we write: their properties, those that must be there, and what values they take.

A log with anything else is refused by code-scanning services as a whole. Written from the standard (section 3); objects that we
do not write are left out, so that one we begin to write has to be added here.
"""

from __future__ import annotations

import re
from typing import Any

ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:[\x21-\x7e]+", re.IGNORECASE)
REFERENCE = re.compile(r"[\w.~:/?#\[\]@!$&'()*+,;=%-]*", re.ASCII)
LEVELS = ("none", "note", "warning", "error")

TEXT = {"text": str, "markdown": str}
SHAPES: dict[str, dict[str, Any]] = {
    "log": {"$schema": "uri", "version": ("2.1.0",), "runs": ["run"]},
    "run": {
        "tool": "tool",
        "results": ["result"],
        "columnKind": ("utf16CodeUnits", "unicodeCodePoints"),
        "originalUriBaseIds": {"*": "base"},
    },
    "tool": {"driver": "component"},
    "component": {
        "name": str,
        "version": str,
        "semanticVersion": str,
        "informationUri": "uri",
        "rules": ["rule"],
    },
    "rule": {
        "id": str,
        "name": str,
        "shortDescription": "text",
        "fullDescription": "text",
        "help": "text",
        "helpUri": "uri",
        "defaultConfiguration": "configuration",
        "properties": "bag",
    },
    "configuration": {"level": LEVELS, "enabled": bool, "rank": int},
    "bag": {"tags": [str]},
    "text": TEXT,
    "message": TEXT,
    "base": {"uri": "uri", "description": "message"},
    "result": {
        "ruleId": str,
        "ruleIndex": int,
        "level": LEVELS,
        "message": "message",
        "locations": ["location"],
        "relatedLocations": ["location"],
        "fixes": ["fix"],
    },
    "location": {"id": int, "physicalLocation": "place", "message": "message"},
    "place": {"artifactLocation": "artifact", "region": "region"},
    "artifact": {"uri": "reference", "uriBaseId": str},
    "region": {
        "startLine": "place number",
        "startColumn": "place number",
        "endLine": "place number",
        "endColumn": "place number",
    },
    "fix": {"description": "message", "artifactChanges": ["change"]},
    "change": {"artifactLocation": "artifact", "replacements": ["replacement"]},
    "replacement": {"deletedRegion": "region", "insertedContent": "content"},
    "content": {"text": str},
}
REQUIRED = {
    "log": ["version", "runs"],
    "run": ["tool"],
    "tool": ["driver"],
    "component": ["name"],
    "rule": ["id"],
    "text": ["text"],
    "message": ["text"],
    "result": ["message"],
    "fix": ["artifactChanges"],
    "change": ["artifactLocation", "replacements"],
    "replacement": ["deletedRegion"],
}


def faults(log: Any) -> list[str]:
    """What is wrong with a log, with the place of each fault; of the indices between its parts too."""
    return [*_faults(log, "log", "log"), *(fault for run in log.get("runs", ()) for fault in _loose_ends(run))]


def _faults(value: Any, kind: Any, where: str) -> list[str]:
    if isinstance(kind, list):
        if not isinstance(value, list):
            return [f"{where} is no array"]
        return [fault for at, one in enumerate(value) for fault in _faults(one, kind[0], f"{where}[{at}]")]
    if isinstance(kind, tuple):
        return [] if value in kind else [f"{where} is {value!r}"]
    if isinstance(kind, type):
        return [] if type(value) is kind else [f"{where} is {value!r}"]
    if kind == "uri":
        return [] if ABSOLUTE.fullmatch(value) else [f"{where} is no absolute URI: {value!r}"]
    if kind == "reference":
        return [] if REFERENCE.fullmatch(value) else [f"{where} is no URI: {value!r}"]
    if kind == "place number":
        return [] if type(value) is int and value >= 1 else [f"{where} is {value!r}"]
    if not isinstance(value, dict):
        return [f"{where} is no object"]
    shape = kind if isinstance(kind, dict) else SHAPES[kind]
    missing = [f"{where} has no {name}" for name in REQUIRED.get(kind, ()) if name not in value] if isinstance(kind, str) else []
    found = [*missing]
    for name, inner in value.items():
        expected = shape.get(name, shape.get("*"))
        found += [f"{where} has {name}"] if expected is None else _faults(inner, expected, f"{where}.{name}")
    return found


def _loose_ends(run: Any) -> list[str]:
    rules = run["tool"]["driver"].get("rules", [])
    ids = [rule["id"] for rule in rules]
    found = [f"rule {one} twice" for one in set(ids) if ids.count(one) > 1]
    for at, result in enumerate(run.get("results", [])):
        if not (0 <= result["ruleIndex"] < len(ids) and ids[result["ruleIndex"]] == result["ruleId"]):
            found.append(f"result {at} points to another rule")
        related = [one.get("id") for one in result.get("relatedLocations", ())]
        if len(set(related)) != len(related):
            found.append(f"result {at} has related locations of one id")
        for place in (*result.get("locations", ()), *result.get("relatedLocations", ())):
            region = place["physicalLocation"]["region"]
            if (region["endLine"], region["endColumn"]) < (region["startLine"], region["startColumn"]):
                found.append(f"result {at} ends before it begins")
            if place["physicalLocation"]["artifactLocation"]["uriBaseId"] not in run["originalUriBaseIds"]:
                found.append(f"result {at} lies nowhere")
    return found
