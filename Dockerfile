# Two stages: the first has a package index and pip's leftovers, the second only what runs.
# docker build --tag evenbench .     (compose.yaml starts it with its database, cache and proxy)
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/evenbench
RUN python -m venv .venv
COPY requirements.txt ./
RUN .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY . .
# Any key will do here: it signs nothing, and the image keeps no variable of this line.
RUN SECRET_KEY=only-while-building-0123456789-0123456789-0123456789 ENV_FILE= DEBUG=false CACHE_DIR= \
    .venv/bin/python manage.py collectstatic --noinput \
    && .venv/bin/python -m compileall -q -j 0 .

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 evenbench \
    && useradd --uid 10001 --gid evenbench --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin evenbench \
    && install -d -o evenbench -g evenbench /var/lib/evenbench /var/cache/evenbench
WORKDIR /srv/evenbench
# Owned by root: the service cannot change its own code.
COPY --from=build /srv/evenbench /srv/evenbench
ENV DEBUG=false ENV_FILE= PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    CACHE_DIR=/var/cache/evenbench NEWSLETTER_MARKER_FILE=/var/lib/evenbench/newsletter-sent.json
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD [".venv/bin/gunicorn", "-c", "config/gunicorn.py", "--bind", "0.0.0.0:8000", "config.wsgi"]
