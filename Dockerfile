# The dependencies, each known by its hash, in a layer of their own: it changes less often than the code.
FROM python:3.11-slim-bookworm AS dependencies
COPY requirements.txt /
RUN python -m venv /opt/tdd-bot && /opt/tdd-bot/bin/pip install --no-cache-dir --require-hashes -r /requirements.txt

FROM python:3.11-slim-bookworm
# The state lies in a volume that the user of the process owns; the code belongs to root and cannot be written.
RUN useradd --system --uid 10001 --home-dir /var/lib/tdd-bot --create-home tdd-bot
COPY --from=dependencies /opt/tdd-bot /opt/tdd-bot
COPY bot /app/bot
# Whoever runs it cannot write there: compiled now, or at every start.
RUN /opt/tdd-bot/bin/python -m compileall -q /app/bot
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TDD_BOT_HOME=/var/lib/tdd-bot HOST=0.0.0.0 PORT=3000
USER 10001
WORKDIR /var/lib/tdd-bot
VOLUME /var/lib/tdd-bot
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["/opt/tdd-bot/bin/python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
# SIGTERM drains; give it longer than the fifteen seconds within which it has ended.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/tdd-bot/bin/python", "-m", "bot"]
CMD ["serve"]
