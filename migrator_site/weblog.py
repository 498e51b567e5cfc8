"""gunicorn's lines, written as all others are: one each, in the style that was asked for."""

import os

from gunicorn.glogging import Logger

from .logs import Formatter


class WebLogger(Logger):  # type: ignore[misc]
    """gunicorn adds a handler of its own; Django's settings, which a process may have loaded before it, have another.

    Where they were loaded, theirs writes alone. Where they were not, in the process that starts the others, gunicorn's
    writes as theirs would; loading them later replaces it.
    """

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            own = [handler for handler in log.handlers if getattr(handler, "_gunicorn", False)]
            for handler in own:
                if len(log.handlers) > len(own):
                    log.removeHandler(handler)
                elif log is self.error_log or os.environ.get("LOG_FORMAT") == "json":
                    handler.setFormatter(Formatter(os.environ.get("LOG_FORMAT", "text")))
