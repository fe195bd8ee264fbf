"""An orderly end by signal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def stop_by_signal() -> asyncio.Event:
    """Set by the first SIGINT or SIGTERM; a second one ends the process at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def asked() -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            # Not KeyboardInterrupt: that would wait for the threads at work.
            signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in SIGNALS:
        loop.add_signal_handler(number, asked)
    return stop


def end_within(seconds: float) -> threading.Timer:
    """Let this process live no longer than that, whatever still runs in it, unless the timer is cancelled.

    It then ends with status 1. For what is as safe after `kill -9`: a process that only looks alive is worse than
    one that is started again.
    """
    timer = threading.Timer(seconds, _give_up, [seconds])
    timer.daemon = True
    timer.start()
    return timer


def _give_up(seconds: float) -> None:
    sys.stderr.write(f"streams: not all had ended after {seconds:g} seconds; nothing is lost\n")
    sys.stderr.flush()
    os._exit(1)
