import pytest

from audits.intake import register
from tests.gitbuild import RepositoryBuilder
from tests.scans.conftest import SHOP

# LibCST needs weeks for this line: as long as a worker's FILE_DEADLINE lets it, a scan stands still here.
HANG = "import cohere  # co.generate()\nmatch a:\n case " + "(" * 20 + "1" + ",)" * 20 + ": pass\n"


@pytest.fixture
def make(settings, tmp_path, broker):
    """`make("shop")` registers a real repository of that name, with one use; `hang=True` adds a file that hangs.

    Their builders are in `make.builders`, by name.
    """
    settings.LOCAL_REPOSITORY_ROOTS = [tmp_path]
    settings.MIRROR_ROOT = tmp_path / "mirrors"

    def make(name, hang=False, scan=True):
        builder = make.builders[name] = RepositoryBuilder(tmp_path / f"{name}.git")
        files = {"shop/ask.py": SHOP, "shop/more.py": SHOP.replace("0.5", "0.9")}
        builder.commit({**files, "zz_hang.py": HANG} if hang else files)
        return register(str(builder.path), scan=scan)

    make.builders = {}
    return make
