"""The version under which facts are stored: a change of rules or of a parser makes every blob be read again."""

from importlib.metadata import version

RULES = "1.6.0"
ENGINE_VERSION = f"{RULES}+libcst{version('libcst')}+sg{version('ast-grep-py')}"
