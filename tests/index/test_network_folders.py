from __future__ import annotations

from pathlib import Path

import pytest

from t2vqa.index.network_folders import is_on_network

MOUNTS = """\
21 1 0:20 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:30 / /srv/share rw,relatime shared:2 - nfs4 server:/share rw
31 30 0:31 / /srv/share/local rw - tmpfs tmpfs rw
32 21 0:32 / /srv/two\\040words rw - cifs //server/two rw
33 21 0:33 / /srv/ssh rw - fuse.sshfs me@host: rw
34 21 0:34 / /srv/disk rw - fuse.ext2 /dev/sdb rw
35 21 0:35 / /srv/hidden rw - nfs server:/old rw
36 35 0:36 / /srv/hidden rw - ext4 /dev/sdc rw
no mount at all
"""


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        ("/home/me/corpus", False),
        ("/srv/share", True),
        ("/srv/share/deep/corpus", True),
        ("/srv/share/local/corpus", False),
        ("/srv/shared", False),
        ("/srv/two words/corpus", True),
        ("/srv/ssh/corpus", True),
        ("/srv/disk/corpus", False),
        ("/srv/hidden/corpus", False),
    ],
)
def test_a_folder_is_of_the_file_system_mounted_nearest(
    tmp_path: Path, folder: str, network: bool
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, encoding="utf-8")
    assert is_on_network(Path(folder), mounts) is network


def test_where_nothing_is_known_a_folder_is_local(tmp_path: Path) -> None:
    assert not is_on_network(tmp_path, tmp_path / "missing")
    assert not is_on_network(tmp_path)
