"""The environment of every git process: built from nothing, so that nobody's configuration, hook or helper runs."""

import os
import shutil
from collections.abc import Mapping, Sequence

_TOOLS_PATH = "/usr/bin:/bin"

# Defects of old or careless tools that harm nobody who reads objects by id; everything structural stays refused.
_HARMLESS = (
    *("zeroPaddedFilemode", "badTimezone", "missingSpaceBeforeDate", "badDateOverflow", "missingNameBeforeEmail"),
    *("nulInCommit", "badFilemode", "gitmodulesUrl", "gitmodulesParse", "gitmodulesName", "gitmodulesPath"),
    *("gitmodulesSymlink", "missingEmail", "badEmail", "badDate", "zeroPaddedDate", "missingSpaceBeforeEmail"),
    "multipleAuthors",
)
_ALWAYS = (
    ("protocol.allow", "never"),
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.untrackedCache", "false"),
    ("core.excludesFile", os.devnull),
    ("core.attributesFile", os.devnull),
    ("core.symlinks", "false"),
    ("core.protectNTFS", "true"),
    ("core.protectHFS", "true"),
    ("core.quotePath", "true"),
    ("core.bigFileThreshold", "1m"),
    # Small windows keep a large pack inside the address space that the process is given.
    ("core.packedGitWindowSize", "32m"),
    ("core.packedGitLimit", "256m"),
    ("pack.threads", "2"),
    ("safe.bareRepository", "explicit"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("transfer.fsckObjects", "true"),
    ("fetch.fsckObjects", "true"),
    ("transfer.bundleURI", "false"),
    ("fetch.unpackLimit", "1"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("credential.helper", ""),
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "1000"),
    *((f"fetch.fsck.{name}", "ignore") for name in _HARMLESS),
)


def environment(
    config: Sequence[tuple[str, str]] = (), extra: Mapping[str, str] | None = None, *, global_config: str = os.devnull
) -> dict[str, str]:
    """All variables of a git process. `config` adds to (and wins over) what always holds.

    Secrets travel here, never in arguments: other users of the machine read those.
    """
    variables = {
        "PATH": tools_path(),
        "HOME": os.devnull,
        "LC_ALL": "C",
        "LANGUAGE": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": global_config,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_ASKPASS": "/bin/false",
        "SSH_ASKPASS": "/bin/false",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        **(extra or {}),
    }
    pairs = (*_ALWAYS, *config)
    variables["GIT_CONFIG_COUNT"] = str(len(pairs))
    for number, (key, value) in enumerate(pairs):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables


def tools_path() -> str:
    """Where programs are looked up: the system's own folders, and git's where it is installed elsewhere."""
    if shutil.which("git", path=_TOOLS_PATH):
        return _TOOLS_PATH
    found = shutil.which("git")
    return f"{os.path.dirname(found)}:{_TOOLS_PATH}" if found else _TOOLS_PATH
