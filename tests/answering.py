"""Work for worker processes; scripts of `test_workers.py` import it, so it imports little."""

import contextlib
import os
import time

from vnsum import workers


def nothing():
    pass


def identify(job):
    return os.getpid()


def nap(job):
    time.sleep(1000 if job > 2 else 0)
    return os.getpid()


def answers(work, jobs, *, load=nothing, count=2):
    replies = workers.map_ordered(workers.pack(work, load), ((j, j) for j in jobs), workers=count)
    with contextlib.closing(replies):
        for job, reply in replies:
            yield job, reply.get()
