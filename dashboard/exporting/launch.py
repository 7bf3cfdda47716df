"""Becomes Chrome: puts the pipes where Chrome looks for them and ties its life to that of the process that has started it.

Run as a file of its own, without the rest of the tree, so that it costs a few milliseconds.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    os.dup2(0, 3)  # Chrome reads its orders from 3 and answers on 4
    os.dup2(1, 4)
    if sys.platform == "linux":
        import ctypes
        import signal

        PR_SET_PDEATHSIG = 1
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606  # the browser we have found, without a shell
