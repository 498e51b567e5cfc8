"""Programs of a few modules for property tests: one client, passed on in ways that must not matter to the result."""

from dataclasses import dataclass

from hypothesis import strategies as st

MARK = "# use"
_WORDS = ("co", "client", "llm", "service", "thing", "x1", "api", "gateway", "_inner", "Å")
_MODULES = ("llm", "deps", "core", "shared", "clients", "wiring")
_IMPORTS = (
    ("import cohere", "cohere.Client"),
    ("import cohere as {0}", "{0}.Client"),
    ("from cohere import Client", "Client"),
    ("from cohere import Client as {0}", "{0}"),
    ("from cohere.client import Client as {0}", "{0}"),
    ("try:\n    import cohere\nexcept ImportError:\n    cohere = None", "cohere.Client"),
)
# What the module that makes the client looks like, and how its importers reach the client.
_MAKERS = (
    ("{s} = {new}\n", "{s}"),
    ("def {s}():\n    return {new}\n", "{s}()"),
    ("import functools\n@functools.lru_cache\ndef {s}():\n    made = {new}\n    return made\n", "{s}()"),
    ("class {s}:\n    def __init__(self):\n        self.inner = {new}\n", "{s}().inner"),
    ("class {s}:\n    inner = {new}\n", "{s}.inner"),
    ("{s} = {{'c': {new}}}\n", "{s}['c']"),
    ("{s} = None\ndef start():\n    global {s}\n    {s} = {new}\n", "{s}"),
)
_CALLS = (
    "{0}.generate(prompt='a', k=3)  # use\n",
    "{0}.generate(  # use\n{1}    prompt = 'a',\n{1}    k=3,\n{1})\n",
    "({0}\n{1}    .generate(prompt='a', k=3))  # use\n",
    "print({0}.generate(**{{'prompt': 'a', 'k': 3}}))  # use\n",
)
_TRAP = "from transformers import AutoModel\nmodel = AutoModel.from_pretrained('m')\nmodel.generate(ids, k=3)\n"


@dataclass(frozen=True)
class Program:
    """Files by path; the uses are on the lines that end with the mark."""

    files: dict[str, str]

    def uses(self) -> set[tuple[str, int]]:
        return {
            (path, number)
            for path, text in self.files.items()
            for number, line in enumerate(text.split("\n"), 1)
            if line.endswith(MARK)
        }


def _consumers(call: str, reach: str, source: str, package: str) -> list[dict[str, str]]:
    """Ways to spend the client that `source` brings in and `reach` names."""
    top, inner = call.format(reach, ""), call.format("c", "    ")
    ask = f"def ask(c):\n    return {inner}"
    if call.startswith("print"):
        ask = f"def ask(c):\n    {inner}"
    base = "class Base:\n    def __init__(self, c):\n        self.c = c\n"
    inner = call.format("self.c", "        ")
    bot = f"from {package}base import Base\nclass Bot(Base):\n    def ask(self):\n        {inner}"
    return [
        {"main": f"{source}\n{top}"},
        {"main": f"{source}\nfirst = {reach}\nc = first\n{call.format('c', '')}"},
        {"qa": ask, "main": f"{source}\nfrom {package}qa import ask as run\nrun({reach})\n"},
        {
            "qa": ask,
            "mid": f"from {package}qa import ask\ndef go(z):\n    return ask(c=z)\n",
            "main": f"{source}\nfrom {package}mid import go\ngo({reach})\n",
        },
        {"base": base, "bot": bot, "main": f"{source}\nfrom {package}bot import Bot\nBot({reach}).ask()\n"},
        {
            "hold": "c = None\n",
            "wire": f"{source}\nimport {package}hold as h\nh.c = {reach}\n",
            "main": f"from {package}hold import c\nimport {package}hold as h\n{call.format('h.c', '')}",
        },
    ]


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """A client made in one module, handed through up to three others, and used once or twice."""
    package = draw(st.sampled_from(["", "app."]))
    names = draw(st.lists(st.sampled_from(_MODULES), unique=True, min_size=1, max_size=4))
    symbols = draw(st.lists(st.sampled_from(_WORDS), unique=True, min_size=len(names) + 1, max_size=len(names) + 1))
    statement, constructor = draw(st.sampled_from(_IMPORTS))
    key = draw(st.sampled_from(["", "'k'", "api_key=KEY", "\n    KEY,\n"]))
    body, reach = draw(st.sampled_from(_MAKERS))
    new = f"{constructor.format(symbols[-1])}({key})"
    files = {names[0]: f"{statement.format(symbols[-1])}\n{body.format(s=symbols[0], new=new)}"}
    for index, name in enumerate(names[1:], 1):
        files[name] = f"from {package}{names[index - 1]} import {symbols[index - 1]} as {symbols[index]}\n"
    last = len(names) - 1
    source = f"from {package}{names[last]} import {symbols[last]}"
    ways = _consumers(draw(st.sampled_from(_CALLS)), reach.format(s=symbols[last]), source, package)
    files |= draw(st.sampled_from(ways))
    files["trap"] = _TRAP
    files["other"] = "def add(a, b):\n    return a + b\n"
    folder = package.replace(".", "/")
    return Program({f"{folder}{name}.py": text for name, text in files.items()})
