from audits.models import Dependency

LOCK = '[[package]]\nname = "cohere"\nversion = "5.18.0"\n'


def asked_for():
    return list(Dependency.objects.order_by("path").values_list("path", "package", "version", "readiness"))


def test_a_scan_keeps_what_the_repository_asks_for_now(scan, shop):
    shop.commit({"requirements.txt": "cohere==4.57\n", "poetry.lock": LOCK})
    scan()
    assert asked_for() == [
        ("poetry.lock", "cohere", "5.18.0", "ready"),
        ("requirements.txt", "cohere", "4.57", "outdated"),
    ]
    row = Dependency.objects.get(path="requirements.txt")
    assert (row.line, row.cell, row.generate, row.needs) == (1, None, True, "5.8.0")
    shop.commit({"requirements.txt": "cohere>=5.8\n", "poetry.lock": None})
    scan()
    assert asked_for() == [("requirements.txt", "cohere", "", "ready")]


def test_a_failed_scan_leaves_it_as_it_was(scan, shop, registered):
    shop.commit({"requirements.txt": "cohere==4.57\n"})
    scan()
    registered.branch = "gone"
    registered.save()
    assert scan().state == "failed"
    assert len(asked_for()) == 1
