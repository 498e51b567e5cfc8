"""Models that are one of several, or a default: each way to write it down."""

import pytest

from audits.engine.facts import Kind
from tests.engine.trees import sites

HEAD = "import cohere\nco = cohere.Client()\n"


@pytest.mark.parametrize(
    "text",
    [
        "from django.conf import settings\nask(getattr(settings, 'COHERE_MODEL', 'command'))\n",
        "from environs import Env\nM = Env().str('COHERE_MODEL', default='command')\nask(M)\n",
        "import os\nask(os.getenv('M', 'command ').strip())\n".replace("command ", "command"),
        "for m in ['command', 'command-a-03-2025']:\n    ask(m)\n",
        "import streamlit as st\nask(st.selectbox('model', ['command-a-03-2025', 'command-light']))\n",
        "D = {'openai': 'gpt-4o', 'cohere': 'command'}\nask(D.get('cohere'))\n",
        "from enum import Enum\nfrom dataclasses import dataclass\nclass M(str, Enum):\n    C = 'command'\n"
        "@dataclass\nclass Cfg:\n    m: M = M.C\nclass A:\n    def __init__(self, cfg: Cfg):\n        self.cfg = cfg\n"
        "    def x(self, q):\n        ask(q.model.value if q.model else self.cfg.m.value)\n",
    ],
    ids=["getattr", "environs", "strip", "loop", "selectbox", "get", "enum"],
)
def test_a_model_that_is_gone_is_told_where_it_may_be_the_one(text: str) -> None:
    (row,) = sites(HEAD + text.replace("ask(", "co.chat(message='x', model="))
    assert (row.kind, str(row.confidence)) == (Kind.DEAD_MODEL, "likely")


@pytest.mark.parametrize(
    "text",
    [
        "for m in ['command-a-03-2025']:\n    ask(m)\n",
        "D = {'other': 'command'}\nask(D.get('cohere'))\n",
        "ask(x.get('m'))\n",
    ],
)
def test_a_model_that_answers_is_not(text: str) -> None:
    assert not sites(HEAD + text.replace("ask(", "co.chat(message='x', model="))
