import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.engine import FileKind
from audits.engine.highlight import bare_lines
from audits.engine.judge import judge
from audits.engine.present import present
from audits.engine.secrets import has_secret, mask, mask_lines
from tests.engine.trees import sites

KEY = "aB3dE5gH7jK9mN1pQ3sT5vX7zB9dF1hJ3lN5pR7t"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f'cohere.Client("{KEY}")', 'cohere.Client("****")'),
        (f"cohere.AsyncClientV2(\n    '{KEY}',\n)", "cohere.AsyncClientV2(\n    '****',\n)"),
        ('Client("k3yAsAWord9", "2021-11-08")', 'Client("****", "2021-11-08")'),
        ("co = Client(api_key='SECRETCANARY123')", "co = Client(api_key='****')"),
        ('API_KEY: str = "abc123abc"', 'API_KEY: str = "****"'),
        ('{"api_key": "abc123abc"}', '{"api_key": "****"}'),
        ('os.environ["CO_API_KEY"] = "abc123abc"', 'os.environ["CO_API_KEY"] = "****"'),
        ('os.getenv("CO_API_KEY", "abc123abc")', 'os.getenv("CO_API_KEY", "****")'),
        ('api_key=(\n  "abc123abc"\n  "def456def")', 'api_key=(\n  "****"\n  "****")'),
        ('token = "SECRETCANARY123"', 'token = "****"'),
        ('password: str = "hunter2"', 'password: str = "****"'),
        ('"Authorization: BEARER abc123abc"', '"Authorization: BEARER ****"'),
        ("https://me:hunter22@host/x", "https://me:****@host/x"),
        ('x = "sk-abcdefghijklmnopqrst"', 'x = "****"'),
        ('x = "AKIAABCDEFGHIJKLMNOP"', 'x = "****"'),
        ('x = "ghp_abcdefghijklmnopqrst1234"', 'x = "****"'),
        (f'f("{KEY}")', 'f("****")'),
        ('run("MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs")', 'run("****")'),
        (f'x = "SG.{KEY[:22]}.{KEY}"', 'x = "****"'),
        (f'x = "sk_{"live"}_{KEY[:24]}"', 'x = "****"'),
        (f'f("https://hooks.slack.com/services/T0/B{KEY[:8]}/{KEY}")', 'f("https://hooks.slack.com/services/****")'),
        (f'x = "npm_{KEY[:36]}"', 'x = "****"'),
        (f'x = "dop_v1_{"0a1b2c3d" * 8}"', 'x = "****"'),
        (f'x = "SEC12eyJ{KEY[:10]}.eyJ{KEY[:10]}.{KEY[:10]}"', 'x = "SEC12****"'),
        ("%env CO_API_KEY=SEC61abcdefgh", "%env CO_API_KEY=****"),
        ("  cohere_api_key: SEC61abcdefgh\n", "  cohere_api_key: ****\n"),
        (f'f("{"0123456789abcdef" * 2}")', 'f("****")'),
        (
            f'post("https://api.cohere.ai/v1/generate?api_key={KEY}")',
            'post("https://api.cohere.ai/v1/generate?api_key=****")',
        ),
        ("It goes to https://host/x?a=b&api_key=abc123abc.", "It goes to https://host/x?a=b&api_key=****."),
        ('f("a wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY b")', 'f("a **** b")'),
        ('Client(os.environ.get("X") or "abc123abc")', 'Client(os.environ.get("X") or "****")'),
        ('Client(token="abc123abc")', 'Client(token="****")'),
        ('Client(*["abc123abc"])', 'Client(*["****"])'),
        ('{"Authorization": "Bearer " + "abc123abc"}', '{"Authorization": "Bearer " + "****"}'),
        (
            "CO_API_KEY=abc123abc456 curl https://api.cohere.ai/v1/generate",
            "CO_API_KEY=**** curl https://api.cohere.ai/v1/generate",
        ),
        ("COHERE_API_KEY=abc123abc456 # production", "COHERE_API_KEY=**** # production"),
        (
            "ENV COHERE_API_KEY=abc123abc456 COHERE_MODEL=command-light",
            "ENV COHERE_API_KEY=**** COHERE_MODEL=command-light",
        ),
        ('curl -H "X-API-Key: abc123abc456" $URL', 'curl -H "X-API-Key: ****" $URL'),
        ('{"X-API-Key": "abc123abc"}', '{"X-API-Key": "****"}'),
        ("curl -s -u abc123abc456: $URL", "curl -s -u ****: $URL"),
        ("curl -s \\\n  -u me:hunter22 $URL", "curl -s \\\n  -u me:**** $URL"),
        ("curl -ume:hunter22 $URL", "curl -ume:**** $URL"),
        ('curl --user "me:hunter$ecret22" $URL', 'curl --user "me:****" $URL'),
        ('-H "Authorization: Basic dXNlcjpwYXNzd29yZA=="', '-H "Authorization: Basic ****"'),
        ("api_key: abc123abc456 # prod", "api_key: **** # prod"),
        ("co_api_key=abc123abc456 curl $URL", "co_api_key=**** curl $URL"),
        ("wget --password=abc123abc456 $URL", "wget --password=**** $URL"),
        ('curl --user "me:hunter22" $URL', 'curl --user "me:****" $URL'),
        ('Client(api_key=f"aB3dE5gH7jK9mN{os.name}")', 'Client(api_key=f"****")'),
    ],
)
def test_a_key_is_masked(before, after):
    assert mask(before) == after
    assert has_secret(before)
    assert mask(after) == after


@pytest.mark.parametrize(
    "text",
    [
        'cohere.Client("YOUR_API_KEY")',
        'cohere.Client("<your key>")',
        'cohere.Client(os.environ["COHERE_API_KEY"])',
        'cohere.Client(os.getenv("COHERE_API_KEY"))',
        'QdrantClient("https://qdrant.example:6333")',
        'headers = {"Authorization": f"Bearer {key}"}',
        'co.generate(model="command-a-03-2025", max_tokens=50)',
        'model="26db2994-cf88-4243-898d-31258411c120-ft"',
        'stop_token="<|endoftext|>"',
        "docker run -u 1000:1000 image",
        'curl -u "$USER:$PASSWORD" $URL',
        "CO_API_KEY=$CO_API_KEY curl $URL",
        "API_KEY=settings.API_KEY2 if given else None",
        'key="name_of_a_field"',
        "getHTTPResponse2FromServerV3Now(argument)",
        "from app.services.V2Handlers.Cohere3Client import Answer",
        '"Write three bullet points about Q4 2024 for my resume"',
        'tokenizer="gpt2-medium-2023"',
        "https://host/v1?api_key={key}",
        "https://host/v1?key=YOUR_API_KEY",
        "src/components/Views/Answers/CohereView1",
        "API_KEY=settings.KEY_1.COHERE_VALUE",
        "api_key: str = Field()",
        'key=f"response-cache-{user}-v1"',
        '{"api_key": "your key goes here {{ K }}"}',
        'password = "correct-horse-{battery"',
        "f(buildPromptFromJsonSchemaWithMaxKTokens4096Q(1))",
        "src/MainApp/CohereClientV2/GenerateTextRequestHandler",
        "AbstractSingletonProxyFactoryBeanHelperV2Impl",
        "    api_key=cohere_key_v2\n",
        'ModelCohereCommandTextV14 = "cohere.command-text-v14"',
        "apiKey: cohereApiKeyV2\n",
        'Client("put the key here: {{COHERE_KEY}}")',
        'f"https://host/x?key={key}&token=%s&page_token=next&monkey=banana12"',
        '"src/components/HTTPClient2/RESTAPIClient/index/FooBar"',
        'Client(url or "https://host/v1")',
        'api_key=f"{prefix}-v1-2024-{x}"',
        "{'Authorization': 'Bearer $key'}",
        '"Authorization": "Bearer \\(apiKey)"',
        "'authorization': 'Bearer %s'",
    ],
)
def test_what_is_no_key_stays(text):
    assert mask(text) == text
    assert not has_secret(text)


def test_on_lines_of_keys_each_word_that_may_be_one_is_masked() -> None:
    text = 'ask("x y 1", "abc123abc")\nask("abc123abc")\r\nask(q="x", key="abc12" "3abc")\n'
    assert mask_lines(text, {1, 3, 9}) == 'ask("x y 1", "****")\nask("abc123abc")\r\nask(q="x", key="****" "****")\n'
    assert mask_lines(text, set()) == text


KEYS = """import cohere
def ask(q, key): return cohere.Client(key).generate(q)
ask("x", "abc123abc")
ask(q="x", key="abc12" "3abd")
class L:
    def __init__(self, api_key): self.co = cohere.Client(api_key)
    def go(self, p): return self.co.generate(p)
L("abc123abe").go("x")
(cohere.Client if 1 else None)("abc123abf").generate("x")
"""


def test_a_key_that_reaches_a_client_is_masked_wherever_it_is_written() -> None:
    shown = present(FileKind.PYTHON, KEYS.encode(), [judge(site) for site in sites(KEYS)])
    assert len(shown) == 6
    assert all(usage.hardcoded_key for usage in shown)
    assert not any(word in repr(usage) for usage in shown for word in ("abc123", "3abd"))


def test_a_key_of_a_constant_is_told_beside_a_call_of_chat_too() -> None:
    text = (
        "import cohere\nKEY = 'abc123abc123'\ndef f(m):\n    co = cohere.Client(KEY)\n"
        "    return co.chat(message=m, model='command')\n"
    )
    (usage,) = (judge(site) for site in sites(text))
    assert usage.hardcoded_key
    assert "abc123" not in repr(usage)


@given(st.text(alphabet="abAB12\"'\\\n\r\t =:(){}[],key_tokenClient", max_size=80))
def test_masking_never_changes_the_number_of_lines(text):
    assert len(bare_lines(mask(text))) == len(bare_lines(text))
