"""The words of the engine's data: how files are read, what is found, and what is said of it.

The names are a contract of the command line (`audit --format json`): other programs read them.
"""

from enum import StrEnum


class FileKind(StrEnum):
    """How a blob is read; part of the key under which its facts are stored, at most 16 characters."""

    PYTHON = "python"
    NOTEBOOK = "notebook"
    SCRIPT = "script"
    REQUIREMENTS = "requirements"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    TSX = "tsx"
    HTML = "html"
    GO = "go"
    JAVA = "java"
    KOTLIN = "kotlin"
    RUBY = "ruby"
    CSHARP = "csharp"
    PHP = "php"
    RUST = "rust"
    SWIFT = "swift"
    DART = "dart"
    SHELL = "shell"
    MAKEFILE = "makefile"
    DOCKERFILE = "dockerfile"
    MARKDOWN = "markdown"
    RST = "rst"
    YAML = "yaml"
    TOML = "toml"
    JSON = "json"
    INI = "ini"
    ENV = "env"
    HCL = "hcl"
    XML = "xml"
    SQL = "sql"
    NGINX = "nginx"
    HTTP = "http"
    OTHER = "other"
    PINS_TOML = "pins_toml"
    PINS_JSON = "pins_json"
    PINS_YAML = "pins_yaml"
    PINS_XML = "pins_xml"
    PINS_YARN = "pins_yarn"
    PINS_GO = "pins_go"
    PINS_GEM = "pins_gem"
    PINS_GRADLE = "pins_gradle"


class Language(StrEnum):
    """In which language a use is written; a code block in a document has its own."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    HTML = "html"
    GO = "go"
    JAVA = "java"
    KOTLIN = "kotlin"
    RUBY = "ruby"
    CSHARP = "csharp"
    PHP = "php"
    RUST = "rust"
    SWIFT = "swift"
    DART = "dart"
    SHELL = "shell"
    MAKEFILE = "makefile"
    DOCKERFILE = "dockerfile"
    MARKDOWN = "markdown"
    RST = "rst"
    YAML = "yaml"
    TOML = "toml"
    JSON = "json"
    INI = "ini"
    ENV = "env"
    HCL = "hcl"
    XML = "xml"
    SQL = "sql"
    NGINX = "nginx"
    HTTP = "http"


class Kind(StrEnum):
    """The form of a use."""

    SDK_CALL = "sdk_call"
    SDK_STREAM = "sdk_stream"
    BATCH = "batch"
    RAW_HTTP = "raw_http"
    BEDROCK = "bedrock"
    SAGEMAKER = "sagemaker"
    OCI = "oci"
    WRAPPER_LANGCHAIN = "wrapper_langchain"
    WRAPPER_LLAMAINDEX = "wrapper_llamaindex"
    WRAPPER_HAYSTACK = "wrapper_haystack"
    WRAPPER_LITELLM = "wrapper_litellm"
    WRAPPER_OTHER = "wrapper_other"
    WRAPPER_PROJECT = "wrapper_project"
    RESPONSE_ACCESS = "response_access"
    HALF_MIGRATED = "half_migrated"
    DEAD_MODEL = "dead_model"
    MENTION = "mention"


class Platform(StrEnum):
    """Who answers the call."""

    COHERE = "cohere"
    BEDROCK = "bedrock"
    SAGEMAKER = "sagemaker"
    OCI = "oci"
    PRIVATE = "private"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """`confirmed`: the chain of proof ends at a constructor of a Cohere client."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Verdict(StrEnum):
    """What becomes of one parameter in Chat; a page says "sources disagree" for `disputed`."""

    KEPT = "kept"
    RENAMED = "renamed"
    CHANGED = "changed"
    UNSUPPORTED = "unsupported"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


class UnreadReason(StrEnum):
    """Why a file's bytes gave no answer. Never to be shown or counted as clean."""

    TOO_LARGE = "too_large"
    UNPARSABLE = "unparsable"
    LANGUAGE = "language"
    UNDECODABLE = "undecodable"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    OUT_OF_MEMORY = "out_of_memory"
    OBJECT_MISSING = "object_missing"
    LFS = "lfs"
    BUDGET = "budget"
