# Tocsin in a container: one process, `run`, as a user of its own that can write nothing but its volume.
#
#   docker build -t tocsin .
#   docker run -d --name tocsin --restart unless-stopped --read-only --tmpfs /tmp --env-file .env \
#     -e DATABASE_URL=sqlite:////var/lib/tocsin/tocsin.db -v tocsin:/var/lib/tocsin tocsin
#
# With PostgreSQL beside it: compose.yaml. What each step is for: docs/install.md.

FROM python:3.11-slim-bookworm AS libraries
COPY requirements.txt /
RUN python -m venv /venv \
 && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --home-dir /var/lib/tocsin --shell /usr/sbin/nologin tocsin \
 && install -d -o tocsin -m 0700 /var/lib/tocsin
COPY --from=libraries /venv /venv
# .dockerignore lets in what the bot runs on, and nothing else: no .env, no database
COPY . /app
RUN python -m compileall -q /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /var/lib/tocsin
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:3000/healthz', timeout=4)"]
# on SIGTERM it finishes what it has in hand, within ten seconds
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot", "run", "--host", "0.0.0.0"]
