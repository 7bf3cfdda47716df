"""A step of a command in a process of its own, whose memory is free again when the step is done.

The memory of what a step imports and frees stays with its process; two heavy steps one after the other need that of both.
"""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from wattsup_core.errors import WattsUpError
from wattsup_core.progress import Progress

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Result = TypeVar("Result")


def run_apart(work: Callable[..., Result], *arguments: Any, progress: Progress) -> Result:
    """The result of ``work(*arguments, progress)``, called in a fresh interpreter that ends with it.

    Parameters
    ----------
    work
        A function of a module; it, its arguments and its result are pickled.
    progress
        Told what `work` tells; when it raises, or this process is interrupted, `work` is stopped too. When this process is killed, `work`
        stops where it next tells something.

    Raises
    ------
    WattsUpError
        What `work` raises of that kind.
    RuntimeError
        When `work` raises anything else, with its traceback, or its process dies.
    """
    context = multiprocessing.get_context("spawn")  # a fork would share what a thread of this process holds
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, work, arguments), daemon=True)
    process.start()
    sender.close()
    try:
        result: Result = _listen(receiver, progress)
        return result
    except EOFError:
        process.join()
        raise RuntimeError(f"The process of {work.__qualname__} ended with status {process.exitcode} and said nothing.") from None
    finally:
        process.kill()
        process.join()
        receiver.close()


def _listen(receiver: Connection, progress: Progress) -> Any:
    while True:
        try:
            word, *told = receiver.recv()
        except OSError as error:  # it died within a message
            raise EOFError from error
        if word == "progress":
            progress(*told)
        elif word == "refused":
            raise told[0]
        elif word == "failed":
            raise RuntimeError(told[0])
        else:
            return told[0]


def _work(sender: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to both; the parent tells of it and ends this one
    try:
        sender.send(("done", work(*arguments, lambda step, share: sender.send(("progress", step, share)))))
    except BrokenPipeError:
        return  # the parent was killed: there is nobody to tell
    except WattsUpError as error:
        sender.send(("refused", error))
    except Exception:  # noqa: BLE001  # told by the parent, which keeps tracebacks
        sender.send(("failed", traceback.format_exc()))
