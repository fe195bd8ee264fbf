"""One service's process: started detached, known by its pid file, stopped or killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path


class Service:
    """A server in a folder of its own. `ready` tells whether it answers."""

    name = "service"

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder.resolve(), port
        self.log, self._pid = self.folder / "log.txt", self.folder / "pid"

    def ready(self) -> bool:
        """Whether the service answers."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it, if it does not run; returns when it answers."""
        raise NotImplementedError

    def pid(self) -> int | None:
        """The process that runs, or None."""
        try:
            pid = int(self._pid.read_text())
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return None if _is_zombie(pid) else pid

    def launch(
        self, command: Sequence[str | Path], *, user: str | None = None, env: dict[str, str] | None = None
    ) -> None:
        """Start the process and remember it."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                list(map(str, command)),
                cwd=self.folder,
                env=os.environ | (env or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=user,
            )
        self._pid.write_text(str(process.pid))
        # Whoever starts it may live longer: no zombie stays, and Python does not warn of a forgotten process.
        threading.Thread(target=process.wait, daemon=True).start()

    def wait_ready(self, timeout_s: float = 120) -> None:
        """Wait until it answers. Raises RuntimeError with the end of its log."""
        if not wait_for(lambda: self.pid() is None or self.ready(), timeout_s) or self.pid() is None:
            tail = self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""
            raise RuntimeError(f"{self.name} did not come up on port {self.port}; {self.log} ends:\n{tail}")

    def stop(self, timeout_s: float = 60) -> None:
        """Ask it to end, and wait."""
        self._end(signal.SIGTERM)
        if not wait_for(lambda: self.pid() is None, timeout_s):
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)
        wait_for(lambda: self.pid() is None, 10)

    def _end(self, number: signal.Signals) -> None:
        pid = self.pid()
        if pid is not None:
            os.killpg(pid, number)


def wait_for(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Poll until the condition holds; False when time runs out."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return condition()


def accepts(port: int) -> bool:
    """Whether something listens on a local port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _is_zombie(pid: int) -> bool:
    """A child of ours that ended but was not waited for still has its pid."""
    try:
        ended, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return False
    return ended == pid
