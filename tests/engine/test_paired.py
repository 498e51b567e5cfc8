"""Settings in Python that name Cohere beside a model that is gone."""

import pytest

from audits.engine.facts import Kind
from tests.engine.trees import sites

HEAD = "from enum import Enum\nfrom somewhere import run, Options, calculate_cost, track_usage\nMODEL = 'command'\n"


@pytest.mark.parametrize(
    "text",
    [
        "config = {'api_service': 'cohere', 'engine': 'command-xlarge-nightly', 'answer_keys': None}\nrun(config)\n",
        "run({'provider': 'Cohere', 'max_output_tokens': 5, 'model': MODEL})\n",
        "Options(provider='cohere', model='command-nightly')\n",
        "run(model={'model': 'command-xlarge-nightly', 'hub': 'cohere'})\n",
        "run.create_llm(llm_provider='cohere', model_name='command-r')\n",
        "class P(Enum):\n    COHERE = 'cohere'\nrun.load_model(provider=P.COHERE, model_id='command-light')\n",
        "run.Factory.create(model_platform=Platform.COHERE, model_type=run.Models.COHERE_COMMAND_R_PLUS)\n",
        "def main(kind=Platform.COHERE, name=run.M.COHERE_COMMAND_R):\n    run.create(platform=kind, model=name)\n",
        "VENDOR = 'cohere'\nrun.create(vendor=VENDOR, model=MODEL)\n",
    ],
)
def test_a_provider_and_a_model_that_is_gone_are_told_together(text: str) -> None:
    (row,) = sites(HEAD + text)
    assert (row.kind, str(row.confidence)) == (Kind.DEAD_MODEL, "likely")
    assert {step.path for step in row.proof} == {"app.py"}


@pytest.mark.parametrize(
    "text",
    [
        "run({'provider': 'openai', 'model': 'command'})  # not cohere\n",
        "run({'provider': 'cohere', 'model': 'command-a-03-2025'})\n",
        "run({'provider': 'cohere', 'embedding_model': 'small'})\n",
        "run(model={'model': 'command', 'hub': 'huggingface'})  # not cohere\n",
        "run.create(model_platform=Platform.COHERE, model_type=run.Models.COHERE_COMMAND_A_03_2025)\n",
        "run.create(model_platform=Platform.OPENAI, model_type=run.Models.COHERE_COMMAND_R)  # cohere\n",
        "run.create(model_platform=Platform.COHERE, model_type=run.Models.COMMAND)\n",
        "def main(kind, name=run.M.COHERE_COMMAND_R):\n    run.create(platform=kind, model=name)\n",
        "VENDOR = 'cohere'\nVENDOR = run()\nrun.create(vendor=VENDOR, model=MODEL)\n",
        # What is written about a model.
        "prices = [{'provider': 'cohere', 'model': 'command', 'input_cost': 1}]\n",
        "row = {'provider': 'cohere', 'model': 'command', 'response': run()}\n",
        "assert run() == {'provider': 'cohere', 'model': 'command'}\n",
        "calculate_cost(provider='cohere', model='command')\n",
        "track_usage({'provider': 'cohere', 'model': 'command'})\n",
        "print(provider='cohere', model='command')\n",
        "class A:\n    m = 'command'\n    def info(self):\n        return {'provider': 'cohere', 'model': self.m}\n",
        "run.emit(run.Event('x', {'provider': 'cohere', 'model': 'command'}))\n",
        "LangSmithParams(ls_provider='cohere', ls_model_name='command-r')\n",
        "run.patch.dict(run.environ, {'APP_PROVIDER': 'cohere', 'APP_MODEL': 'command-r'})\n",
    ],
)
def test_what_is_written_about_a_model_is_no_setting(text: str) -> None:
    assert not sites(HEAD + text)


def test_the_environment_that_a_test_sets_is_no_setting() -> None:
    text = HEAD + "env = {'APP_PROVIDER': 'cohere', 'APP_MODEL': 'command-r'}\nrun(env)\n"
    assert not sites({"tests/test_settings.py": text})
    assert len(sites({"app/settings.py": text})) == 1


def test_what_a_projects_own_function_is_given_is_told_where_it_calls() -> None:
    own = (
        "import cohere\ndef ask_llm(provider, model):\n    return cohere.Client().chat(message='x', model=model)\n"
        "ask_llm(provider='cohere', model='command')\n"
    )
    (row,) = sites(own)
    assert (row.kind, row.span.line) == (Kind.DEAD_MODEL, 3)
