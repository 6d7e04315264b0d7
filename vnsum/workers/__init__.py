"""Worker processes: an ordered parallel map over jobs.

The function to run is passed in and must be picklable. Processes communicate over anonymous pipes;
a worker exits when it is told to, when its pipe closes, and when the process that started it was
killed.

The first worker is spawned and loads the weights. If it still has a single thread (on Linux, with
the weights on the CPU), it forks the other workers, which share its memory. Otherwise they are
spawned too and load their own weights.
"""

from vnsum.workers.pool import MAX_PENDING, map_ordered, pack, require_count
from vnsum.workers.process import Reply, make_picklable

__all__ = ["MAX_PENDING", "Reply", "make_picklable", "map_ordered", "pack", "require_count"]
