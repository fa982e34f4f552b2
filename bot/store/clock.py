"""What time it is: passed in, so that a test can say."""

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds since 1970, UTC."""

system_clock: Clock = time.time
