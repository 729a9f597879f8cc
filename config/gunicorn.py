"""How gunicorn serves the site: `gunicorn -c config/gunicorn.py config.wsgi`.

Anything here can be said otherwise on the command line or in GUNICORN_CMD_ARGS, for example
`GUNICORN_CMD_ARGS="--bind 0.0.0.0:8000 --workers 4"`.
"""

from gunicorn.glogging import Logger

# Addresses below these are secrets of one reader; the log names the folder only.
SECRET_FOLDERS = ("/newsletter/confirm/", "/newsletter/manage/", "/newsletter/u/")

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = 2
threads = 4
# Loaded once and shared: the second worker costs little memory.
preload_app = True
timeout = 30
graceful_timeout = 30
keepalive = 5
# Fresh workers now and then, never all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000

errorlog = "-"
accesslog = "-"
# Time, method, path without the query, status, bytes, milliseconds: nothing that tells who asked.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(b)s %(M)s ms"


class ReaderFreeLogger(Logger):
    """Gunicorn's logger, with the secrets of readers cut off the paths it writes."""

    def atoms(self, resp, req, environ, request_time):
        """Values for the access log; a path below one of SECRET_FOLDERS ends after the folder."""
        values = super().atoms(resp, req, environ, request_time)
        values["U"] = public_path(environ.get("PATH_INFO", ""))
        return values


def public_path(path: str) -> str:
    """The part of a path that may stand in a log."""
    for folder in SECRET_FOLDERS:
        if path.startswith(folder):
            return f"{folder}…"
    return path


logger_class = ReaderFreeLogger
