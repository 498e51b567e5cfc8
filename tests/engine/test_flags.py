"""Functions that go to Chat or to Generate as a flag says: each caller is taken to the one that it means."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import Kind
from tests.engine.trees import names, sites

HEAD = "import cohere\nco = cohere.Client()\n"
CALLS = "ask(chat=True, message='a', chat_history=[])\nask(prompt='a', k=3)\n"
# By case: the function; the first caller means Chat, the second, by the default or a constant, Generate.
FLAGS = {
    "both ways": "def ask(chat=False, **rest):\n    if chat:\n        return co.chat(**rest)\n    else:\n        return co.generate(**rest)\n",
    "the way behind it": "def ask(chat=False, **rest):\n    if chat:\n        return co.chat(**rest)\n    return co.generate(**rest)\n",
    "not": "def ask(chat=False, **rest):\n    if not chat:\n        return co.generate(**rest)\n    return co.chat(**rest)\n",
    "none": "def ask(chat=None, **rest):\n    if chat:\n        return co.chat(**rest)\n    return co.generate(**rest)\n",
    "a function inside": "def ask(chat=False, **rest):\n    @again\n    def inner(**rest):\n        if chat:\n            return co.chat(**rest)\n        return co.generate(**rest)\n    return inner(**rest)\n",
}


@pytest.mark.parametrize("text", FLAGS.values(), ids=FLAGS)
def test_a_caller_means_what_its_flag_says(text):
    found = sites(HEAD + text + CALLS)
    (call,) = [site for site in found if site.kind is Kind.SDK_CALL]
    assert names(call) == ["prompt", "k", "**"]
    last = len((HEAD + text + CALLS).split("\n")) - 1
    callers = [site for site in found if site.kind is Kind.WRAPPER_PROJECT and site.span.line >= last - 1]
    assert [site.span.line for site in callers] == [last]
    assert not [site for site in found if site.kind is Kind.HALF_MIGRATED]


# What may be either, or is set anew, tells nothing: both callers may reach Generate.
OPEN = {
    "a flag that is not known": "def ask(chat=config.chat, **rest):\n    if chat:\n        return co.chat(**rest)\n    return co.generate(**rest)\nask(chat=config.chat, prompt='a')\nask(prompt='b')\n",
    "a flag that is set anew": "def ask(chat=True, **rest):\n    chat = chat and config.chat\n    if chat:\n        return co.chat(**rest)\n    return co.generate(**rest)\nask(chat=True, prompt='a')\nask(prompt='b')\n",
    "a way that goes on": "def ask(chat=True, **rest):\n    if chat:\n        log(rest)\n    return co.generate(**rest)\nask(chat=True, prompt='a')\nask(prompt='b')\n",
    "a match": "def ask(chat=True, **rest):\n    match chat:\n        case False:\n            return co.chat(**rest)\n        case True:\n            return co.generate(**rest)\nask(chat=True, prompt='a')\nask(prompt='b')\n",
}


@pytest.mark.parametrize("text", OPEN.values(), ids=OPEN)
def test_what_may_be_either_keeps_its_callers(text):
    found = sites(HEAD + text)
    assert len([site for site in found if site.kind is Kind.WRAPPER_PROJECT]) == 2


def test_chat_with_generates_words_is_still_told():
    (site,) = sites(HEAD + FLAGS["both ways"] + "ask(chat=True, prompt='a')\n")[:1]
    assert site.kind is Kind.HALF_MIGRATED


ARMS = (
    "import boto3, json\nbr = boto3.client('bedrock-runtime')\ndef ask(model, p):\n    if model.startswith('anthropic'):\n"
    "        body = {'prompt': p, 'max_tokens_to_sample': 5}\n    elif model.startswith('cohere'):\n"
    "        body = {'prompt': p, 'max_tokens': 5}\n    else:\n        body = {'inputText': p}\n"
    "    return br.invoke_model(modelId=model, body=json.dumps(body))\nask('cohere.command-text-v14', 'x')\n"
)


def test_the_arm_that_names_cohere_makes_the_body():
    assert names(sites(ARMS)[0]) == ["prompt", "max_tokens"]


def test_without_such_an_arm_each_may_make_it():
    assert set(names(sites(ARMS.replace("'cohere')", "'x')"))[0])) >= {"prompt", "max_tokens", "max_tokens_to_sample"}
