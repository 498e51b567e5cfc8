"""Only what says that the folder takes no files, or that its disk is full, is told as that."""

import errno

import pytest

from audits.gitstore import GitError, Mirror, mirror


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EACCES, "mirrors_unwritable"),
        (errno.EPERM, "mirrors_unwritable"),
        (errno.EROFS, "mirrors_unwritable"),
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EMFILE, None),
        (errno.EIO, None),
    ],
)
def test_a_fault_of_the_folder_is_told_and_any_other_is_raised(tmp_path, monkeypatch, number, kind):
    def fail(path, patience):
        raise OSError(number, "a fault")

    monkeypatch.setattr(mirror, "acquire", fail)
    with pytest.raises(GitError if kind else OSError) as caught, Mirror(tmp_path, "key"):
        pass
    assert (caught.value.kind == kind) if kind else (caught.value.errno == number)


@pytest.mark.parametrize("below", ["", "mirrors", "some/mirrors"])
def test_a_file_in_the_place_of_the_folder_is_told(tmp_path, below):
    (tmp_path / "file").touch()
    with pytest.raises(GitError) as caught, Mirror(tmp_path / "file" / below, "key"):
        pass
    assert (caught.value.kind, "MIRROR_ROOT" in caught.value.message) == ("mirrors_unwritable", True)
