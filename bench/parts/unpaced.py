"""``python -m bench.parts.unpaced``: ``tdd-bot serve`` with the budget for GitHub's creation limits off."""

import asyncio
import os
from dataclasses import replace

from bot.cli.logs import configure_logs
from bot.cli.serve import serve
from bot.settings import LogFormat, LogLevel, read_settings

if __name__ == "__main__":
    configure_logs(LogLevel.ERROR, LogFormat.TEXT)
    asyncio.run(serve(replace(read_settings(os.environ), creation_limits=False)))
