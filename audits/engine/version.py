"""The version under which facts are stored: a change of rules or of a parser makes every blob be read again."""

from importlib.metadata import version
from zlib import crc32

RULES = "1.30.386"
# The parsers of configuration and of CODEOWNERS, together: a stored version has 40 characters at most.
_NAMES = ("Pygments", "PyYAML", "iniconfig", "pathspec", "python-dotenv", "tree-sitter", "tree-sitter-toml")
_PARSERS = " ".join(map(version, _NAMES))
ENGINE_VERSION = f"{RULES}+libcst{version('libcst')}+sg{version('ast-grep-py')}+{crc32(_PARSERS.encode()):08x}"
