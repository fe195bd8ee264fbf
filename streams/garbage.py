"""What Python's search for cycles need not look at.

It goes through all that a process holds whenever a quarter more was made, and decoding makes a lot: over the
modules and tables of a worker that search took as long as decoding did.
"""

from __future__ import annotations

import gc


def keep_what_is_loaded() -> None:
    """Take what there is now for what stays to the end of the process."""
    gc.collect()
    gc.freeze()
