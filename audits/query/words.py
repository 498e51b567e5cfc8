"""The engine's contract words as a page says them."""

from audits.areas import Area
from audits.engine.facts import Confidence, Kind, Language
from audits.lifecycle import Cause, Dismissal, Gone

KINDS: dict[str, str] = {
    Kind.SDK_CALL: "SDK call",
    Kind.SDK_STREAM: "SDK stream",
    Kind.BATCH: "Batch call",
    Kind.RAW_HTTP: "Raw HTTP",
    Kind.BEDROCK: "Bedrock",
    Kind.SAGEMAKER: "SageMaker",
    Kind.OCI: "OCI",
    Kind.WRAPPER_LANGCHAIN: "LangChain",
    Kind.WRAPPER_LLAMAINDEX: "LlamaIndex",
    Kind.WRAPPER_HAYSTACK: "Haystack",
    Kind.WRAPPER_LITELLM: "LiteLLM",
    Kind.WRAPPER_OTHER: "Other wrapper",
    Kind.WRAPPER_PROJECT: "Own wrapper",
    Kind.RESPONSE_ACCESS: "Response read",
    Kind.HALF_MIGRATED: "Half migrated",
    Kind.DEAD_MODEL: "Dead model",
    Kind.MENTION: "Mention",
}
LANGUAGES: dict[str, str] = {
    Language.PYTHON: "Python",
    Language.JAVASCRIPT: "JavaScript",
    Language.TYPESCRIPT: "TypeScript",
    Language.HTML: "HTML",
    Language.GO: "Go",
    Language.JAVA: "Java",
    Language.KOTLIN: "Kotlin",
    Language.RUBY: "Ruby",
    Language.CSHARP: "C#",
    Language.PHP: "PHP",
    Language.RUST: "Rust",
    Language.SHELL: "Shell",
    Language.MAKEFILE: "Makefile",
    Language.DOCKERFILE: "Dockerfile",
    Language.MARKDOWN: "Markdown",
    Language.RST: "reStructuredText",
    Language.YAML: "YAML",
    Language.TOML: "TOML",
    Language.JSON: "JSON",
    Language.INI: "INI",
    Language.ENV: ".env",
    Language.HCL: "Terraform",
    Language.XML: "XML",
    Language.SQL: "SQL",
    Language.NGINX: "nginx",
    Language.HTTP: "HTTP requests",
}
AREAS: dict[str, str] = {
    Area.PRODUCT: "Product",
    Area.TESTS: "Tests and fixtures",
    Area.EXAMPLES: "Examples",
    Area.GENERATED: "Generated",
    Area.VENDORED: "Vendored",
    Area.EXCLUDED: "Excluded",
}
CONFIDENCES: dict[str, str] = {confidence: confidence.value.title() for confidence in Confidence}
REASONS: dict[str, str] = {
    Gone.MIGRATED: "a Chat call took its place",
    Gone.CODE_CHANGED: "the code changed",
    Gone.CODE_DELETED: "the code was deleted",
    Gone.FILE_DELETED: "the file was deleted",
    Gone.MOVED: "the call stands in another finding",
    Gone.RULE_CHANGED: "our rules changed",
    Gone.BRANCH_CHANGED: "another branch is scanned",
    Gone.HISTORY_REWRITTEN: "the branch was set to another history",
    Gone.SET_ASIDE: "a comment in the source sets it aside",
    Gone.PATH_EXCLUDED: "a path rule excludes its path",
    Gone.REPOSITORY_ARCHIVED: "the repository was archived",
    Gone.REPOSITORY_REMOVED: "the repository was removed",
}
CAUSES: dict[str, str] = {
    Cause.INTRODUCED: "introduced",
    Cause.DISCOVERED: "discovered",
    Cause.REGRESSED: "regressed",
    Cause.ADDED: "came with a new repository",
    Cause.MIGRATED: "migrated",
    Cause.CHANGED: "changed",
    Cause.DELETED: "deleted",
    Cause.DISMISSED: "dismissed",
    Cause.RULES: "by new rules of ours",
    Cause.LEFT_OUT: "left out",
    Cause.PATHS: "by path rules",
    Cause.READING: "by what could be read",
    Cause.DECISION: "taken up again",
}
DISMISSALS: dict[str, str] = {
    Dismissal.FALSE_POSITIVE: "false positive",
    Dismissal.TEST: "test or fixture",
    Dismissal.GENERATED: "generated or vendored",
    Dismissal.DEAD_CODE: "dead code",
    Dismissal.OTHER_PLATFORM: "other platform",
    Dismissal.DUPLICATE: "duplicate",
}
