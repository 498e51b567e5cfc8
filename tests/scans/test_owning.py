from audits.models import Finding


def owners():
    return list(Finding.objects.values_list("owners", flat=True))


def test_a_scan_names_the_owners_of_a_finding_and_follows_the_file(scan, shop):
    scan()
    assert owners() == [""]
    shop.commit({".github/CODEOWNERS": "* @acme/all\nshop/ @acme/search ada@example.com\n"})
    scan()
    assert owners() == [" @acme/search ada@example.com "]
    shop.commit({".github/CODEOWNERS": None, "docs/CODEOWNERS": "*.py @ada\n"})
    scan()
    assert owners() == [" @ada "]
    shop.commit({"docs/CODEOWNERS": None})
    scan()
    assert owners() == [""]


def test_a_codeowners_file_that_cannot_be_read_changes_nothing(scan, shop, settings):
    shop.commit({"CODEOWNERS": "* @ada\n"})
    scan()
    settings.FILE_DEADLINE = 1
    shop.commit(
        {
            "CODEOWNERS": ("/shop/" + "*k" * 60 + "b @x\n") * 5_000,
            "shop/ask" + "k" * 200 + ".py": "import cohere\ncohere.Client().generate()\n",
        }
    )
    scan()
    assert owners()[0] == " @ada "
