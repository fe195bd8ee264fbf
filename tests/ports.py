"""Ports that are free at this moment."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

BELOW_EPHEMERAL = range(20_000, 32_000)
"""Where the kernel takes no port for a connection that goes out, between our asking and a service's listening."""
_chance = random.SystemRandom()


def free_port(in_a_row: int = 1) -> int:
    """A port of this machine that nobody listens on, as nobody does on the next ones, so many in all."""
    while True:
        port = _chance.choice(BELOW_EPHEMERAL)
        with ExitStack() as held:
            try:
                for number in range(port, port + in_a_row):
                    held.enter_context(socket.create_server(("127.0.0.1", number)))
            except OSError:
                continue
            return port
