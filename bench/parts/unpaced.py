"""``python -m bench.parts.unpaced``: ``tdd-bot serve`` with the budget for GitHub's creation limits off."""

import asyncio
import gc
import os
from dataclasses import replace

from bot.cli.logs import configure_logs
from bot.cli.serve import serve
from bot.settings import read_settings

if __name__ == "__main__":
    # As the command does with what it has imported.
    gc.freeze()
    settings = read_settings(os.environ)
    configure_logs(settings.log_level, settings.log_format)
    asyncio.run(serve(replace(settings, creation_limits=False)))
