"""Tells whether a folder lies on another machine, whose changes this one is not told of."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

_MOUNTS = Path("/proc/self/mountinfo")
_KINDS = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|afs|ncpfs|ceph|glusterfs|lustre|beegfs|ocfs2|gfs2|davfs|virtiofs|"
    r"vboxsf|prl_fs|vmhgfs|drvfs|fuse\.(?!ext2|ntfs|exfat|lxcfs|portal|gocryptfs|encfs).*"
)
"""File systems that may change without the machine's knowing: other machines', and FUSE's but for
some well-known local ones."""

_OCTAL = re.compile(r"\\([0-7]{3})")


def is_on_network(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Tell whether a folder is known to lie on another machine; False where that is not known.

    Args:
        folder: It need not exist.
        mounts: A list of mounts in the form of Linux's ``/proc/self/mountinfo``.
    """
    place = folder.resolve()
    if place.drive.startswith("\\\\"):  # Windows: \\server\share
        return True
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    around = [mount for line in lines if (mount := _mount(line)) and _holds(mount[0], place)]
    # Of two mounts at one place the later one hides the earlier.
    return bool(around) and bool(_KINDS.fullmatch(max(around, key=_depth)[1]))


def _mount(line: str) -> tuple[PurePosixPath, str, int] | None:
    """Read a line: where it is mounted, what kind it is, and the mount's number."""
    before, _, after = line.partition(" - ")
    fields, kind = before.split(" "), after.split(" ")[0]
    if len(fields) < 5 or not fields[0].isdecimal():
        return None
    point = _OCTAL.sub(lambda code: chr(int(code[1], 8)), fields[4])
    return PurePosixPath(point), kind, int(fields[0])


def _holds(point: PurePosixPath, place: Path) -> bool:
    return PurePosixPath(place.as_posix()).is_relative_to(point)


def _depth(mount: tuple[PurePosixPath, str, int]) -> tuple[int, int]:
    return len(mount[0].parts), mount[2]
