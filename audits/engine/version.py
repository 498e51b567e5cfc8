"""The version under which facts are stored: a change of rules or of the parser makes every blob be read again."""

from importlib.metadata import version

RULES = "1.2.0"
ENGINE_VERSION = f"{RULES}+libcst{version('libcst')}"
