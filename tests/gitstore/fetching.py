"""How the tests of mirrors fetch: from a repository on this disk, as if it were another machine's."""

from audits.gitstore import Mirror, Remote, ls_remote


def local(builder):
    return Remote(str(builder.path), local=True)


def files(source):
    with source:
        return {entry.path: data for entry, data in source.read(source.entries())}


def fetch(mirrors, builder, branch="", **more):
    """Fetch the tip of a repository on this disk and return its files."""
    tip = ls_remote(local(builder), branch)
    with Mirror(mirrors, builder.url) as kept:
        kept.fetch(local(builder), tip, **more)
        return files(kept.source(tip.commit))
