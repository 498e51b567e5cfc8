"""Each class of the catalogue at work: found under every path that it has, and not under another's."""

import pytest

from audits.engine import catalogue
from audits.engine.catalogue.frameworks import FRAMEWORKS, SPACY, SPACY_KEY, Framework
from audits.engine.catalogue.frameworks.holders import HOLDER_ROWS, Holder
from audits.engine.facts import CallSite, Confidence, Kind, Platform
from audits.engine.judge import judge
from audits.engine.link.makers import LEVELS
from tests.engine.trees import sites

MODELS = ("cohere.command-text-v14", "cohere.command", "command", "cohere/command")
SWITCHED_OFF = {
    Platform.COHERE: "command-r",
    Platform.BEDROCK: "cohere.command-r-v1:0",
    Platform.OCI: "cohere.command-r-16k",
}
ROWS = [(path, row) for path, rows in FRAMEWORKS.items() for row in rows]
NAMES = [f"{path} {row.kind.value} {row.platform.value}" for path, row in ROWS]


def called(path: str, method: str) -> str:
    """A call of a client's method, imported by its dotted path."""
    module, _, name = path.rpartition(".")
    arguments = "prompts=['p']" if method == "batch_generate" else "prompt='p'"
    return f"from {module} import {name} as C\nc = C()\nc.{method}({arguments})\n"


@pytest.mark.parametrize("path", sorted(catalogue.CLIENTS))
def test_a_client_is_found_under_its_path_with_each_of_its_methods(path):
    row = catalogue.CLIENTS[path]
    for method in sorted(row.methods):
        (site,) = sites(called(path, method))
        usage = judge(site)
        wanted = (row.path, method, row.platform, catalogue.METHODS[method].kind, Confidence.CONFIRMED)
        assert (usage.client, usage.method, usage.platform, usage.kind, usage.confidence) == wanted
        assert usage.replacement is not None
        assert usage.replacement.v2


@pytest.mark.parametrize("path", sorted(catalogue.CLIENTS))
def test_a_class_of_that_name_in_another_package_is_none(path):
    other = f"other.{path.partition('.')[2]}"
    assert [site for site in sites(called(other, "generate")) if site.client] == []


@pytest.mark.parametrize("method", sorted(catalogue.METHODS))
def test_a_method_is_found_and_one_of_another_name_is_not(method):
    assert len(sites(called("cohere.Client", method))) == 1
    assert sites(called("cohere.Client", f"{method}_not")) == ()


def model_of(row: Framework) -> str:
    """A model for which the row holds; none where it holds for every one."""
    if row.dead:
        return SWITCHED_OFF[row.platform]
    return "" if row.model is None else next(name for name in MODELS if row.model.fullmatch(name))


def made(path: str, row: Framework, model: str, version: str = "") -> tuple[CallSite, ...]:
    """The uses in a program that makes a wrapper (or calls the function) with a model."""
    module, _, name = path.rpartition(".")
    argument = f"{row.named[0]}='{model}'" if model else ""
    argument += "{}='{}'".format(*row.option) if row.option[0] and not row.until else ""
    asked = f".{sorted(row.completes)[0]}('p')" if row.completes else ""
    if row.dead and any(other.completes for other in FRAMEWORKS.get(path, ())):
        asked = ".chat([m])"
    files = {"app.py": f"# cohere\nfrom {module} import {name} as C\nC({argument}){asked}\n"}
    package = next((other.package for other in FRAMEWORKS.get(path, ()) if other.package), "")
    if version and package:
        files["requirements.txt"] = f"{package}=={version}\n"
    return sites(files)


def version_of(row: Framework) -> str:
    """A release for which the row holds."""
    return "99.0" if row.dead else row.until


@pytest.mark.parametrize(("path", "row"), ROWS, ids=NAMES)
def test_a_wrapper_is_found_under_its_path(path, row):
    (site,) = made(path, row, model_of(row), version_of(row))
    usage = judge(site)
    assert (usage.kind, usage.client, usage.platform) == (row.kind, row.path, row.platform)
    assert usage.confidence is LEVELS[row.doubt]
    assert usage.replacement is not None
    assert usage.replacement.notes


@pytest.mark.parametrize(("path", "row"), ROWS, ids=NAMES)
def test_a_wrapper_of_that_name_elsewhere_later_or_with_another_model_is_none(path, row):
    assert made(f"other.{path.partition('.')[2]}", row, model_of(row), row.until) == ()
    if row.package:
        # A model that is gone stays one under Chat.
        assert {site.kind for site in made(path, row, model_of(row), "99.0")} <= {Kind.DEAD_MODEL}
    if row.model is not None:
        assert made(path, row, "gpt-4", row.until) == ()
    if row.unless is not None:
        assert made(path, row, "command-a-03-2025") == ()


def test_a_configured_model_is_found_and_another_is_not():
    (site,) = sites(f"cfg = {{'model': {{'{SPACY_KEY}': 'spacy.Command.v2'}}}}  # cohere\n")
    assert (site.kind, site.client) == (Kind.WRAPPER_OTHER, SPACY.path)
    assert sites(f"cfg = {{'model': {{'{SPACY_KEY}': 'spacy.GPT-4.v2'}}}}  # cohere\n") == ()


KEPT = [(row, path, name) for row in HOLDER_ROWS for path in row.paths for name in row.attributes]


@pytest.mark.parametrize(("row", "path", "name"), KEPT, ids=[f"{path}.{name}" for _, path, name in KEPT])
def test_each_kept_client_is_found_where_it_is_kept(row: Holder, path: str, name: str) -> None:
    module, _, cls = path.rpartition(".")
    head = f"from {module} import {cls}\nllm = {cls}()\n"
    assert row.source.url.startswith("https://")
    for asked, wanted in ((name, row.attributes[name]), (f"other_{name}", None)):
        found = [use for use in sites(f"{head}r = llm.{asked}.generate(prompt='x')\n") if use.kind is Kind.SDK_CALL]
        assert [use.client for use in found if str(use.confidence) == "confirmed"] == ([wanted] if wanted else [])
