import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.engine.highlight import bare_lines
from audits.engine.secrets import has_secret, mask

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
        (f'f("{"0123456789abcdef" * 2}")', 'f("****")'),
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
        'key="name_of_a_field"',
        "getHTTPResponse2FromServerV3Now(argument)",
        "from app.services.V2Handlers.Cohere3Client import Answer",
        '"Write three bullet points about Q4 2024 for my resume"',
        'tokenizer="gpt2-medium-2023"',
    ],
)
def test_what_is_no_key_stays(text):
    assert mask(text) == text
    assert not has_secret(text)


@given(st.text(alphabet="abAB12\"'\\\n\r\t =:(){}[],key_tokenClient", max_size=80))
def test_masking_never_changes_the_number_of_lines(text):
    assert len(bare_lines(mask(text))) == len(bare_lines(text))
