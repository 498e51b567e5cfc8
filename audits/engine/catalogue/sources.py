"""Where the catalogue's facts come from; every row names one of these pages and the day on which it was read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A page: its name for a reader, its address and the day (ISO) on which the fact was checked there."""

    name: str
    url: str
    checked: str = "2026-11-23"

    @property
    def cited(self) -> str:
        """The sentence that names it among what is to be done."""
        return f"Source: {self.name}, {self.url}"


GUIDE = Source("Cohere's migration guide", "https://docs.cohere.com/docs/migrating-from-cogenerate-to-cochat")
DEPRECATIONS = Source("Cohere's deprecations page", "https://docs.cohere.com/docs/deprecations")
MODELS = Source("Cohere's models page", "https://docs.cohere.com/docs/models")
SPEC = Source(
    "Cohere's OpenAPI description",
    "https://github.com/cohere-ai/cohere-developer-experience/blob/main/cohere-openapi.yaml",
)
CHAT_V2 = Source("Cohere's Chat reference", "https://docs.cohere.com/reference/chat")
CHAT_V1 = Source("Cohere's Chat v1 reference", "https://docs.cohere.com/v1/reference/chat")
V1_TO_V2 = Source("Cohere's guide from v1 to v2", "https://docs.cohere.com/docs/migrating-v1-to-v2")
RELEASES = Source("Cohere's release notes", "https://docs.cohere.com/changelog")
PYTHON_SDK = Source("The Python SDK", "https://github.com/cohere-ai/cohere-python")
PYTHON_SDK_4 = Source("The Python SDK 4.57", "https://pypi.org/project/cohere/4.57/")
PYTHON_SDK_0 = Source("The Python SDK's first releases", "https://pypi.org/project/cohere/#history")
AWS_SDK = Source("The cohere-aws SDK", "https://github.com/cohere-ai/cohere-aws")
BEDROCK_LIFECYCLE = Source(
    "Bedrock's model lifecycle", "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html"
)
OCI_NOTES = Source(
    "Oracle's release notes",
    "https://docs.oracle.com/iaas/releasenotes/generative-ai/deprecate-api-05292025.htm",
)
OCI_RETIRED = Source(
    "Oracle's retired models", "https://docs.oracle.com/en-us/iaas/Content/generative-ai/cohere-command-light.htm"
)
ML_COMMONS = Source("An answer of the live API", "https://github.com/opensearch-project/ml-commons/pull/4174")
LITELLM = Source("An answer of the live API", "https://github.com/BerriAI/litellm/issues/9218")
