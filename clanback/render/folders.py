"""Removing and copying in folders, without `shutil`, which takes longer to import than a whole tree takes to write."""

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
