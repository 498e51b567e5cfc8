from audits.gitstore import Mirror, Remote, ls_remote, prune


def kept(mirrors, shop, key):
    """A mirror of the shop under another key."""
    remote = Remote(str(shop.path), local=True)
    with Mirror(mirrors, key) as mirror:
        mirror.fetch(remote, ls_remote(remote))
    return mirror


def test_it_deletes_the_mirrors_of_no_known_key(mirrors, shop):
    here, gone = kept(mirrors, shop, "here"), kept(mirrors, shop, "gone")
    assert prune(mirrors, ["here", "never-scanned"]) == 1
    assert here.path.is_dir()
    assert not gone.path.exists()


def test_a_mirror_that_is_in_use_stays(mirrors, shop):
    with kept(mirrors, shop, "gone") as mirror:
        assert prune(mirrors, []) == 0
        assert mirror.path.is_dir()
    assert prune(mirrors, []) == 1


def test_without_a_folder_there_is_nothing_to_do(mirrors):
    assert prune(mirrors, []) == 0
