# One image for web, worker and beat: docker-compose.yml says which of them a container is.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git openssh-client tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /home/lastcall lastcall \
    && install -d -o lastcall -g lastcall -m 0700 /data
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data STATIC_ROOT=/app/staticfiles
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY manage.py ./
COPY migrator_site ./migrator_site
COPY audits ./audits
COPY templates ./templates
COPY static ./static
RUN python manage.py collectstatic --noinput --verbosity 0
USER lastcall
VOLUME /data
EXPOSE 8000
ENV PRODUCTION=1
# git's children are reaped by tini; a signal reaches the one process that the container is.
ENTRYPOINT ["tini", "--"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "4", "--workers", "2", \
     "--max-requests", "5000", "--max-requests-jitter", "500", "--worker-tmp-dir", "/dev/shm", \
     "--no-control-socket", "--logger-class", "migrator_site.weblog.WebLogger", "--access-logfile", "-", "migrator_site.wsgi:application"]
