"""Manifests, lock files and commands: which release they ask for, where, and what that means."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.catalogue.packages import PACKAGES_BY_NAME
from audits.engine.dependencies import Readiness, meaning
from audits.engine.dependencies.versions import bounds, numbers
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import Dependency, FileKind
from audits.engine.filekinds import PINNING, file_kind
from audits.engine.steps import extract

# file, text, then (ecosystem, package, spec, version, line)
FOUND: dict[str, tuple[str, str, list[tuple[str, str, str, str, int]]]] = {
    "requirements in parts": ("requirements/base.txt", "cohere==4.57\n", [("pypi", "cohere", "==4.57", "4.57", 1)]),
    "requirements": ("requirements.txt", "# x\ncohere==4.57  # sdk\nlangchain_cohere>=0.1\n-r other.txt\n", [("pypi", "cohere", "==4.57", "4.57", 2), ("pypi", "langchain-cohere", ">=0.1", "", 3)]),
    "requirements with hashes": ("requirements-base.txt", "cohere==5.1.0 \\\n    --hash=sha256:aa\n", [("pypi", "cohere", "==5.1.0", "5.1.0", 1)]),
    "constraints": ("constraints.txt", "cohere<5\n", [("pypi", "cohere", "<5", "", 1)]),
    "pyproject": ("pyproject.toml", '[project]\ndependencies = [\n  "cohere[aws]~=4.40",\n]\n[project.optional-dependencies]\nx = ["litellm==1.70"]\n', [("pypi", "cohere", "~=4.40", "", 3), ("pypi", "litellm", "==1.70", "1.70", 6)]),
    "poetry": ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\ncohere = "^4.5"\nlitellm = {version = "1.2", extras = ["a"]}\n', [("pypi", "cohere", "^4.5", "", 3), ("pypi", "litellm", "1.2", "", 4)]),
    "Pipfile": ("Pipfile", '[packages]\ncohere = "==4.1"\nkeybert = "*"\n', [("pypi", "cohere", "==4.1", "4.1", 2), ("pypi", "keybert", "*", "", 3)]),
    "Pipfile.lock": ("Pipfile.lock", '{"default": {\n"cohere": {"hashes": [],\n "version": "==4.57"}}}\n', [("pypi", "cohere", "==4.57", "4.57", 3)]),
    "Gradle's catalogue": ("gradle/libs.versions.toml", '[versions]\ncohere = "1.2.0"\n[libraries]\nc = { module = "com.cohere:cohere-java", version.ref = "cohere" }\nd = "com.cohere:cohere-java:1.3.2"\ne = { module = "a:b", version = "1" }\n', [("maven", "com.cohere:cohere-java", "1.2.0", "1.2.0", 4), ("maven", "com.cohere:cohere-java", "1.3.2", "1.3.2", 5)]),
    "a gem of any release": ("Gemfile", 'gem "cohere-ruby"\ngem "x"\n', [("gem", "cohere-ruby", "", "", 1)]),
    "poetry add": ("Dockerfile", "RUN poetry add cohere@^5.0\n", [("pypi", "cohere", "^5.0", "", 1)]),
    "poetry.lock": ("poetry.lock", '[[package]]\nname = "cohere"\nversion = "5.5.8"\n\n[package.dependencies]\nhttpx = ">=0.21"\n', [("pypi", "cohere", "5.5.8", "5.5.8", 3)]),
    "poetry.lock, behind another package": ("poetry.lock", '[[package]]\nname = "idna"\nversion = "3"\n\n[package.extras]\nall = []\n\n[[package]]\nname = "cohere"\nversion = "5.5.8"\n', [("pypi", "cohere", "5.5.8", "5.5.8", 10)]),
    "uv.lock": ("uv.lock", 'version = 1\n\n[[package]]\nname = "cohere"\nversion = "5.18.0"\n', [("pypi", "cohere", "5.18.0", "5.18.0", 5)]),
    "setup.py": ("setup.py", 'from setuptools import setup\nsetup(install_requires=[\n  "cohere>=4,<5",\n])\n', [("pypi", "cohere", ">=4,<5", "", 3)]),
    "setup.cfg": ("setup.cfg", "[options]\ninstall_requires =\n  cohere==3.1\n", [("pypi", "cohere", "==3.1", "3.1", 3)]),
    "conda": ("environment.yml", "dependencies:\n  - conda-forge::cohere=4.5\n  - pip:\n    - litellm>=1\n", [("pypi", "cohere", "==4.5", "4.5", 2), ("pypi", "litellm", ">=1", "", 4)]),
    "package.json": ("package.json", '{"dependencies": {\n  "cohere-ai": "^6.2.0",\n  "@langchain/cohere": "0.0.5"}}\n', [("npm", "cohere-ai", "^6.2.0", "", 2), ("npm", "@langchain/cohere", "0.0.5", "", 3)]),
    "package-lock": ("package-lock.json", '{"packages": {"": {"dependencies": {"cohere-ai": "^7"}},\n "node_modules/cohere-ai": {\n  "version": "7.5.0"}}}\n', [("npm", "cohere-ai", "^7", "", 1), ("npm", "cohere-ai", "7.5.0", "7.5.0", 3)]),
    "package-lock with its manifest's range": ("package-lock.json", '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"cohere-ai": "^7", "@langchain/cohere": "^1"}},\n "node_modules/cohere-ai": {\n  "version": "7.5.0"}}}\n', [("npm", "@langchain/cohere", "^1", "", 1), ("npm", "cohere-ai", "7.5.0", "7.5.0", 3)]),
    "yarn": ("yarn.lock", '# yarn\n\n"cohere-ai@^7.0.0":\n  version "7.7.1"\n', [("npm", "cohere-ai", "7.7.1", "7.7.1", 4)]),
    "pnpm": ("pnpm-lock.yaml", "packages:\n  cohere-ai@7.10.0:\n    resolution: {integrity: x}\n", [("npm", "cohere-ai", "7.10.0", "7.10.0", 2)]),
    "go": ("go.mod", "module x\nrequire (\n\tgithub.com/cohere-ai/cohere-go/v2 v2.5.0\n)\n", [("go", "github.com/cohere-ai/cohere-go/v2", "v2.5.0", "2.5.0", 3)]),
    "maven": ("pom.xml", "<project><properties><v>1.0.8</v></properties><dependencies><dependency>\n<groupId>com.cohere</groupId>\n<artifactId>cohere-java</artifactId>\n<version>${v}</version>\n</dependency></dependencies></project>\n", [("maven", "com.cohere:cohere-java", "1.0.8", "", 4)]),
    "gradle": ("build.gradle.kts", 'dependencies {\n  implementation("com.cohere:cohere-java:1.0.8")\n}\n', [("maven", "com.cohere:cohere-java", "1.0.8", "1.0.8", 2)]),
    "gem": ("Gemfile", 'gem "cohere-ruby", "~> 0.9.3"\n', [("gem", "cohere-ruby", "~> 0.9.3", "", 1)]),
    "gem's lock": ("Gemfile.lock", "GEM\n  specs:\n    cohere-ruby (0.9.5)\n", [("gem", "cohere-ruby", "0.9.5", "0.9.5", 3)]),
    "nuget": ("a.csproj", '<Project><ItemGroup>\n<PackageReference Include="LlmTornado" Version="3.7.1" />\n</ItemGroup></Project>\n', [("nuget", "LlmTornado", "3.7.1", "3.7.1", 2)]),
    "composer": ("composer.json", '{"name": "a/b", "require": {"php": "^8",\n "hkulekci/cohere": "dev-main"},\n "require-dev": {"talleu/cohere-php-client": "^1.2"}}\n', [("composer", "hkulekci/cohere", "dev-main", "", 2), ("composer", "talleu/cohere-php-client", "^1.2", "", 3)]),
    "composer's lock": ("composer.lock", '{"packages": [{"name": "x/y", "version": "1"}, {"name": "talleu/cohere-php-client",\n "version": "v1.2.0"},\n {"name": "hkulekci/cohere", "version": "dev-main"}]}\n', [("composer", "talleu/cohere-php-client", "v1.2.0", "1.2.0", 2), ("composer", "hkulekci/cohere", "dev-main", "", 3)]),
    "a workflow": (".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - run: pip install -U cohere==4.5 'litellm<2'\n", [("pypi", "cohere", "==4.5", "4.5", 4), ("pypi", "litellm", "<2", "", 4)]),
    "a notebook": ("a.ipynb", '{"cells": [{"cell_type": "markdown", "source": "x"}, {"cell_type": "code", "source": ["# one\\n", "!pip install cohere==4.4\\n"], "outputs": [], "metadata": {}}], "metadata": {}, "nbformat": 4}', [("pypi", "cohere", "==4.4", "4.4", 2)]),
}  # fmt: skip


def read(path: str, text: str) -> ModuleFacts:
    kind = file_kind(path)
    assert kind is not None, path
    found = extract(kind, text.encode())
    assert isinstance(found, ModuleFacts), found
    return found


@pytest.mark.parametrize("case", FOUND)
def test_it_reads(case: str) -> None:
    path, text, wanted = FOUND[case]

    assert [row[:5] for row in read(path, text).dependencies] == wanted


def test_a_notebook_tells_the_cell() -> None:
    (row,) = read(*FOUND["a notebook"][:2]).dependencies

    assert row.cell == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "coherence==1\nopenai\n# cohere==4\n"),
        ("package.json", '{"name": "cohere-ai", "keywords": ["cohere-ai"]}'),
        ("go.mod", "// github.com/cohere-ai/cohere-go v1.0.0\n"),
        ("cohere.gemspec", 'Gem::Specification.new do |spec|\n  spec.name = "cohere-ruby"\nend\n'),
    ],
)
def test_it_is_silent_about(path: str, text: str) -> None:
    assert read(path, text).dependencies == ()


def test_pins_of_every_kind_of_file_reach_the_linker() -> None:
    assert "cohere ==5.5.8" in read(*FOUND["poetry.lock"][:2]).requirements
    assert read(*FOUND["requirements"][:2]).requirements[0] == "cohere ==4.57"


@pytest.mark.parametrize(
    ("spec", "low", "high"),
    [
        ("==4.57", (4, 57, 0, 0), (4, 57, 0, 1)),
        ("4.57", (4, 57, 0, 0), (4, 57, 0, 1)),
        ("^4.5", (4, 5, 0, 0), (5, 0, 0, 0)),
        ("^0.9.3", (0, 9, 3, 0), (0, 10, 0, 0)),
        ("~=4.40", (4, 40, 0, 0), (5, 0, 0, 0)),
        ("~> 0.9.3", (0, 9, 3, 0), (0, 10, 0, 0)),
        ("~7.5.1", (7, 5, 1, 0), (7, 6, 0, 0)),
        (">=4,<5", (4, 0, 0, 0), (5, 0, 0, 0)),
        (">=1.77.2.post1", (1, 77, 2, 1), None),
        ("[1.0,1.3)", (1, 0, 0, 0), (1, 3, 0, 0)),
        ("5.*", (5, 0, 0, 0), (6, 0, 0, 0)),
    ],
)
def test_what_a_specifier_allows(spec, low, high) -> None:
    found = bounds(spec)
    assert found is not None
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize("spec", ["", "*", "latest", "workspace:*"])
def test_what_allows_everything(spec) -> None:
    assert bounds(spec) is None


def test_post_releases_follow_their_release() -> None:
    assert numbers("1.77.1") < numbers("1.77.2") < numbers("1.77.2.post1") < numbers("1.77.3")


@pytest.mark.parametrize(
    ("package", "spec", "readiness", "generate"),
    [
        ("cohere", "==4.57", Readiness.OUTDATED, True),
        ("cohere", "==5.18.0", Readiness.READY, True),
        ("cohere", ">=4.5", Readiness.OPEN, True),
        ("cohere", "", Readiness.OPEN, True),
        ("cohere-haystack", "==1.0.0", Readiness.OUTDATED, True),
        ("cohere-haystack", ">=1.1.0", Readiness.READY, False),
        ("litellm", "==1.77.2", Readiness.OUTDATED, False),
        ("litellm", ">=1.0", Readiness.OPEN, None),
        ("langchain-community", "==0.4.2", Readiness.REPLACE, True),
    ],
)
def test_what_a_release_means(package, spec, readiness, generate) -> None:
    found = meaning(Dependency("pypi", package, spec, "", 1))
    assert found is not None
    assert (found.readiness, found.generate) == (readiness, generate)
    assert found.text.endswith(".")
    assert found.source.startswith("https://")


def test_a_release_that_breaks_in_a_way_of_its_own_says_so() -> None:
    found = meaning(Dependency("pypi", "cohere", "==5.18.0", "5.18.0", 1))
    assert found is not None
    assert "AttributeError" in found.text


def test_every_row_is_whole() -> None:
    for row in PACKAGES_BY_NAME.values():
        assert row.source.url.startswith("https://"), row.name
        assert bool(row.needs) + bool(row.instead) == int(row.known and not row.chats), row.name


@pytest.mark.parametrize("kind", sorted(PINNING))
def test_broken_manifests_end(kind: FileKind) -> None:
    for text in ("cohere", '{"cohere": ', "[[package]\ncohere", "<a>cohere", "\0cohere", "cohere: [" * 500):
        extract(kind, text.encode())


def test_packages_of_many_uses_are_told_only_beside_coheres() -> None:
    both = '{"dependencies": {"ai": "^3.1.0", "@ai-sdk/cohere": "^1.0.0", "langchain": "^0.1.0"}}'
    alone = '{"dependencies": {"ai": "^3.1.0", "langchain": "^0.1.0"}}'
    told = {row.package: meaning(row) for row in read("package.json", both).dependencies}

    assert read("package.json", alone).dependencies == ()
    assert list(told) == ["ai", "@ai-sdk/cohere", "langchain"]
    assert [(row.readiness, row.generate) for row in told.values() if row] == [
        (Readiness.OUTDATED, True),
        (Readiness.READY, False),
        (Readiness.REPLACE, True),
    ]


def test_langchain_js_without_generate_says_where_chat_is() -> None:
    text = '{"dependencies": {"langchain": "^1.0.0", "@langchain/cohere": "^1.0.0"}}'
    row = next(row for row in read("package.json", text).dependencies if row.package == "langchain")
    told = meaning(row)

    assert told is not None
    assert told.readiness is Readiness.READY
    assert told.text.startswith("Without Generate, which was in releases up to 0.x; Chat is in @langchain/cohere")


@pytest.mark.parametrize(
    ("path", "text", "package"),
    [
        ("Cargo.toml", '[dependencies]\ncohere-rust = "0.1.7"\n', "cohere-rust"),
        ("Cargo.toml", '[dependencies]\ncohere_rust = { version = "0.1" }\n', "cohere-rust"),
        ("Cargo.lock", '[[package]]\nname = "cohere-rust"\nversion = "0.1.7"\n', "cohere-rust"),
        ("Gemfile", 'gem "cohere-ai"\n', "cohere-ai"),
        ("a.csproj", '<Project><ItemGroup><PackageReference Include="Cohere" Version="1.0" /></ItemGroup></Project>', "Cohere"),
    ],
)  # fmt: skip
def test_of_some_packages_the_releases_are_not_known(path: str, text: str, package: str) -> None:
    (row,) = read(path, text).dependencies
    told = meaning(row)

    assert row.package == package
    assert told is not None
    assert (told.readiness, told.generate, told.needs) == (Readiness.OPEN, None, "")
    assert told.text.startswith("Not known")


def test_a_package_of_php_that_has_generate_alone_is_replaced() -> None:
    found = meaning(Dependency("composer", "hkulekci/cohere", "dev-main", "", 2))
    chats = meaning(Dependency("composer", "aisdk/cohere", "^0.8", "", 2))

    assert found is not None
    assert chats is not None
    assert (found.readiness, found.generate) == (Readiness.REPLACE, True)
    assert "generate() and embed() only" in found.text
    assert (chats.readiness, chats.generate) == (Readiness.READY, False)
