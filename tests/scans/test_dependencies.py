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


def test_of_those_alike_coheres_own_of_the_root_comes_first(scan, shop):
    shop.commit(
        {
            "a.csproj": '<Project><PackageReference Include="LlmTornado" Version="3.7.38" /></Project>',
            "deep/requirements.txt": "cohere==4.1\n",
            "pyproject.toml": '[project]\ndependencies = ["cohere<5"]\n',
            "requirements.txt": "cohere==4.57\n",
        }
    )
    scan()

    rows = Dependency.objects.worst_first().values_list("path", "package")
    assert list(rows) == [
        ("requirements.txt", "cohere"),
        ("pyproject.toml", "cohere"),
        ("deep/requirements.txt", "cohere"),
        ("a.csproj", "LlmTornado"),
    ]
