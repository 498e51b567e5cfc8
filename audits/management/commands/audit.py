"""`manage.py audit`: one repository, read in place or fetched, without server, database or broker."""

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audits import analysis, gitstore, hosts
from audits.management import audit_report
from audits.sandbox import Sandbox, SandboxError

_BAR = 28
_FOUND, _FAILED = 1, 2
_REMOTE = ("http://", "https://", "ssh://", "git://", "file://", "git@")


class Command(BaseCommand):
    """Exit code 0: no use; 1: uses found; 2: could not audit, nothing on standard output."""

    help = "Find every use of Cohere's Generate in a repository: a work tree, a bare repository, a folder or a URL."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("repository", metavar="PATH_OR_URL")
        parser.add_argument("--ref", default="", metavar="BRANCH|TAG|COMMIT", help="instead of what lies there")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = options["repository"]
        try:
            with _opened(asked, options["ref"]) as source, Sandbox(deadline=settings.FILE_DEADLINE) as sandbox:
                report = analysis.analyse(source, sandbox, progress=self._progress)
                on_disk = isinstance(source, gitstore.FolderSource)
        except (gitstore.GitError, hosts.UrlRefused, hosts.HostUnknown, SandboxError) as error:
            raise CommandError(getattr(error, "message", "") or str(error), returncode=_FAILED) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped before the audit was done.", returncode=_FAILED) from None
        finally:
            self._clear()
        self._write(self._text(asked, report, options["format"], on_disk=on_disk))
        if report.usages:
            sys.exit(_FOUND)

    def _text(self, asked: str, report: analysis.Report, form: str, *, on_disk: bool) -> str:
        if form == "json":
            return audit_report.as_json(asked, report) + "\n"
        color = self.stdout.isatty() and not os.environ.get("NO_COLOR")
        return audit_report.Text(color, on_disk).report(asked, report)

    def _write(self, text: str) -> None:
        # Paths may hold what the terminal's encoding lacks; that must not end the audit in a traceback.
        stream = getattr(self.stdout, "_out", self.stdout)
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            self.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding), ending="")
            self.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _progress(self, done: int, total: int) -> None:
        if not self.stderr.isatty():
            return
        filled = _BAR * done // max(total, 1)
        self.stderr.write(f"\r[{'█' * filled}{'·' * (_BAR - filled)}] {done} of {total} files", ending="")
        self.stderr.flush()

    def _clear(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", ending="")


@contextmanager
def _opened(asked: str, ref: str) -> Iterator[gitstore.Source]:
    """The files that are asked for. Raises GitError, UrlRefused or HostUnknown."""
    if not asked.startswith(_REMOTE):
        with gitstore.open_local(Path(asked).expanduser(), ref) as source:
            yield source
        return
    address = hosts.parse_address(
        asked, allowed_hosts=settings.ALLOWED_GIT_HOSTS, local_roots=(), ssh=settings.GIT_SSH_ENABLED
    )
    port = address.port or hosts.DEFAULT_PORTS[address.scheme]
    internal = not {address.host, f"{address.host}:{port}"}.isdisjoint(settings.INTERNAL_GIT_HOSTS)
    pin = hosts.resolve(address.host, port, internal=internal)
    authorities = settings.INTERNAL_GIT_AUTHORITIES if internal else ""
    remote = gitstore.Remote(url=address.url, pin=pin, authorities=authorities)
    with tempfile.TemporaryDirectory(prefix="audit-") as folder, gitstore.Mirror(Path(folder), address.key) as mirror:
        tip = gitstore.find_ref(remote, ref)
        mirror.fetch(remote, tip)
        with mirror.source(tip.commit) as source:
            yield source
