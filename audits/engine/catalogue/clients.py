"""The client classes through which Python reaches Generate, and their methods."""

from collections.abc import Mapping
from dataclasses import dataclass

from audits.engine.catalogue.sources import AWS_SDK, PYTHON_SDK, PYTHON_SDK_0, PYTHON_SDK_4, Source
from audits.engine.facts import Kind, Platform


@dataclass(frozen=True, slots=True)
class Client:
    """One class: its usual path, who answers its calls, the SDK versions (inclusive; "" = still there) that have it.

    `chat` is the way to Chat v2 from an instance: "self" (its own `chat` is v2), "v2" (its `.v2` attribute), "none"
    (a v2 client must be made). `positional` tells which order of arguments holds: "sdk" or "aws".
    """

    path: str
    platform: Platform
    methods: frozenset[str]
    since: str
    source: Source
    until: str = ""
    asynchronous: bool = False
    chat: str = "v2"
    chat_v1: bool = True
    successor: str = ""
    positional: str = "sdk"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """One method: the form of the use, the SDK versions (inclusive) that have it, and what Chat calls it."""

    name: str
    kind: Kind
    chat: str
    since: str
    source: Source
    until: str = ""
    note: str = ""


METHODS: Mapping[str, Method] = {
    row.name: row
    for row in (
        Method("generate", Kind.SDK_CALL, "chat", "0.0.7", PYTHON_SDK),
        Method("generate_stream", Kind.SDK_STREAM, "chat_stream", "5.0.0", PYTHON_SDK),
        Method(
            "batch_generate",
            Kind.BATCH,
            "chat",
            "2.8.0",
            PYTHON_SDK_4,
            until="4.57",
            note="From 5.0.0 on the method only raises ValueError.",
        ),
    )
}
# `client.with_raw_response.generate(…)`: the methods stand on this attribute too, from 5.16.0 on.
RAW_ATTRIBUTE = "with_raw_response"
RAW_METHODS = frozenset({"generate", "generate_stream"})

_ALL = frozenset(METHODS)
_STREAMING = frozenset({"generate", "generate_stream"})
_ONE = frozenset({"generate"})
_BROKEN_V2 = "From 5.16.0 to 5.20.4 every generate() on a v2 client raises AttributeError."

_COHERE, _BEDROCK, _SAGEMAKER, _OCI = Platform.COHERE, Platform.BEDROCK, Platform.SAGEMAKER, Platform.OCI
_ROWS: tuple[tuple[Client, tuple[str, ...]], ...] = (
    (
        Client("cohere.Client", _COHERE, _ALL, "0.0.11", PYTHON_SDK, successor="cohere.ClientV2"),
        ("cohere.client.Client",),
    ),
    (
        Client(
            "cohere.AsyncClient",
            _COHERE,
            _ALL,
            "4.0.0",
            PYTHON_SDK,
            asynchronous=True,
            successor="cohere.AsyncClientV2",
        ),
        ("cohere.client.AsyncClient", "cohere.client_async.AsyncClient"),
    ),
    (
        Client(
            "cohere.ClientV2", _COHERE, _STREAMING, "5.8.0", PYTHON_SDK, chat="self", chat_v1=False, note=_BROKEN_V2
        ),
        ("cohere.client_v2.ClientV2",),
    ),
    (
        Client(
            "cohere.AsyncClientV2",
            _COHERE,
            _STREAMING,
            "5.8.0",
            PYTHON_SDK,
            asynchronous=True,
            chat="self",
            chat_v1=False,
            note=_BROKEN_V2,
        ),
        ("cohere.client_v2.AsyncClientV2",),
    ),
    (
        Client("cohere.CohereClient", _COHERE, _ONE, "0.0.7", PYTHON_SDK_0, until="0.0.13", chat="none", chat_v1=False),
        ("cohere.client.CohereClient",),
    ),
    (Client("cohere.base_client.BaseCohere", _COHERE, _STREAMING, "5.0.0", PYTHON_SDK), ()),
    (Client("cohere.base_client.AsyncBaseCohere", _COHERE, _STREAMING, "5.0.0", PYTHON_SDK, asynchronous=True), ()),
    (Client("cohere.raw_base_client.RawBaseCohere", _COHERE, _STREAMING, "5.16.0", PYTHON_SDK, chat="none"), ()),
    (
        Client(
            "cohere.raw_base_client.AsyncRawBaseCohere",
            _COHERE,
            _STREAMING,
            "5.16.0",
            PYTHON_SDK,
            asynchronous=True,
            chat="none",
        ),
        (),
    ),
    (
        Client("cohere.BedrockClient", _BEDROCK, _STREAMING, "5.4.0", PYTHON_SDK, successor="cohere.BedrockClientV2"),
        ("cohere.bedrock_client.BedrockClient",),
    ),
    (
        Client(
            "cohere.BedrockClientV2",
            _BEDROCK,
            _STREAMING,
            "5.13.0",
            PYTHON_SDK,
            chat="self",
            chat_v1=False,
            note=_BROKEN_V2,
        ),
        ("cohere.bedrock_client.BedrockClientV2",),
    ),
    (
        Client(
            "cohere.SagemakerClient",
            _SAGEMAKER,
            _STREAMING,
            "5.6.0",
            PYTHON_SDK,
            successor="cohere.SagemakerClientV2",
        ),
        ("cohere.sagemaker_client.SagemakerClient",),
    ),
    (
        Client(
            "cohere.SagemakerClientV2",
            _SAGEMAKER,
            _STREAMING,
            "5.13.0",
            PYTHON_SDK,
            chat="self",
            chat_v1=False,
            note=_BROKEN_V2,
        ),
        ("cohere.sagemaker_client.SagemakerClientV2",),
    ),
    (
        Client(
            "cohere.AwsClient",
            Platform.UNKNOWN,
            _STREAMING,
            "5.6.0",
            PYTHON_SDK,
            successor="cohere.aws_client.AwsClientV2",
            note='Bedrock or SageMaker, as its argument service="bedrock" or "sagemaker" says.',
        ),
        ("cohere.aws_client.AwsClient",),
    ),
    (
        Client(
            "cohere.aws_client.AwsClientV2",
            Platform.UNKNOWN,
            _STREAMING,
            "5.13.0",
            PYTHON_SDK,
            chat="self",
            chat_v1=False,
            note='Bedrock or SageMaker, as its argument service="bedrock" or "sagemaker" says.',
        ),
        (),
    ),
    (
        Client("cohere.OciClient", _OCI, _STREAMING, "6.1.0", PYTHON_SDK, successor="cohere.OciClientV2"),
        ("cohere.oci_client.OciClient",),
    ),
    (
        Client("cohere.OciClientV2", _OCI, _STREAMING, "6.1.0", PYTHON_SDK, chat="self", chat_v1=False),
        ("cohere.oci_client.OciClientV2",),
    ),
    (
        Client(
            "cohere_aws.Client",
            _SAGEMAKER,
            _ONE,
            "0.1.0",
            AWS_SDK,
            chat="none",
            successor="cohere.SagemakerClientV2",
            positional="aws",
            note="Streams unless stream=False is passed; Mode.BEDROCK turns it to Bedrock.",
        ),
        (
            "cohere_aws.client.Client",
            "cohere_sagemaker.Client",
            "cohere_sagemaker.client.Client",
            "cohere.manually_maintained.cohere_aws.Client",
            "cohere.manually_maintained.cohere_aws.client.Client",
        ),
    ),
)

# Every dotted import path under which a client is found -> its row.
CLIENTS: Mapping[str, Client] = {path: row for row, others in _ROWS for path in (row.path, *others)}
# Top-level packages whose import makes a file worth a look.
PACKAGES = frozenset(path.split(".", 1)[0] for path in CLIENTS)
# `SagemakerClient(...).sagemaker_finetuning` is a vendored cohere_aws client.
VENDORED_AWS_ATTRIBUTE = "sagemaker_finetuning"
