"""Removing and copying in folders, and links that lead out of them. Without `shutil`: importing it takes longer than writing."""

from __future__ import annotations

import os


def remove_tree(folder: str) -> None:
    """Remove a folder and what is in it, links but not what they lead to; what cannot be removed stays, silently."""
    try:
        with os.scandir(folder) as found:
            entries = list(found)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                remove_tree(entry.path)
            else:
                os.unlink(entry.path)
        os.rmdir(folder)
    except OSError:
        return


def link(source: str, target: str) -> None:
    """The same file under another name, or a copy where the file system has no hard links; an empty folder anew."""
    if os.path.isdir(source) and not os.path.islink(source):
        os.mkdir(target)
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        from shutil import copy2

        copy2(source, target, follow_symlinks=False)


def is_inside(place: str, folder: str) -> bool:
    """Whether a path is `folder` or lies below it; both without links."""
    return place == folder or place.startswith(folder.rstrip("/") + "/")


def leads_out(out: str, root: str) -> bool:
    """Whether `out` is named inside the repository `root`, but a link on the way leads elsewhere.

    Whoever clones a repository has not read it: a link in it must not choose what is written to. A place outside that was named
    as such is meant.
    """
    root = os.path.realpath(root)
    if is_inside(os.path.realpath(out), root):
        return False
    folder = os.path.abspath(out)
    while folder != (around := os.path.dirname(folder)):
        folder = around
        if is_inside(os.path.realpath(folder), root):
            return True
    return False
