"""What an audit holds is let go of by reference alone: of a large tree, garbage is as large and seldom looked for."""

import gc

from audits.analysis import analyse
from audits.gitstore import open_local

TREE = {
    "lib/client.py": "import cohere\n\n\nclass Base:\n    def __init__(self):\n        self.co = cohere.Client()\n",
    "lib/pool.py": "from .client import Base\n\npool = {}\npool['a'] = Base()\n",
    "app.py": "from functools import partial\nfrom lib.client import Base\nfrom lib.pool import pool\n\n\n"
    "class Ask(Base):\n    def ask(self, q, **rest):\n        return self.co.generate(prompt=q, **rest)\n\n\n"
    "ask = partial(Ask().ask, k=1)\nprint(ask('Hi').generations[0].text, pool['a'].co.generate('x'))\n",
    "web.ts": 'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient({});\nco.generate({});\n',
    "ci.yml": "steps:\n  - run: curl https://api.cohere.ai/v1/generate -d '{}'\n",
}


def test_nothing_of_an_audit_waits_for_the_garbage_collector(builder, sandbox):
    builder.commit(TREE)
    with open_local(builder.path) as source:
        analyse(source, sandbox)
    gc.collect()
    gc.disable()
    try:
        with open_local(builder.path) as source:
            assert len(analyse(source, sandbox).usages) > 3
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = {type(found).__qualname__ for found in gc.garbage if type(found).__module__.startswith("audits.")}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert left == set()
