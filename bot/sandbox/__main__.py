"""`python -m bot.sandbox --port 0`: run the sandbox alone, with the standard scene."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys

from bot.sandbox.server import Sandbox


async def serve(host: str, port: int, webhook_url: str | None) -> None:
    """Serve until cancelled, after printing one JSON line about where and with what."""
    sandbox = await Sandbox.start(host=host, port=port)
    scene = sandbox.seed_acme(webhook_url=webhook_url)
    about = {
        "url": sandbox.url,
        "graphql_url": sandbox.graphql_url,
        "token": sandbox.token(scene.installation).text,
        "user_token": sandbox.user_token("alice"),
        "repository": scene.repository.full_name,
        "app_id": scene.app.id,
        "client_id": scene.app.client_id,
        "installation_id": scene.installation.id,
        "webhook_secret": scene.app.webhook_secret,
        "private_key": scene.app.private_key,
    }
    sys.stdout.write(json.dumps(about) + "\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await sandbox.close()


def main(argv: list[str] | None = None) -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--webhook-url", help="where the app's webhooks go")
    options = parser.parse_args(argv)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.host, options.port, options.webhook_url))
    return 0


if __name__ == "__main__":
    sys.exit(main())
