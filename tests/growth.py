"""Worst-case inputs for regular expressions, and a check that run time grows linearly."""

import contextlib
import gc
import itertools
import re
import signal
import time

try:
    from re import _constants as constants
    from re import _parser as parser
except ImportError:  # Python 3.10
    import sre_constants as constants
    import sre_parse as parser

FLOOR = 0.005  # shorter times, in seconds, are not compared
MOST = 3.5  # largest ratio of times for twice the input; quadratic time has a ratio of four
LIMIT = 20.0  # timeout in seconds
SAMPLES = 'aA1 .,-"(đỨ!\n_:x[]|*@/'


@contextlib.contextmanager
def limited():
    """Raise `TimeoutError` after `LIMIT` seconds of processor time."""

    def stop(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def seconds(function, text):
    """Return the processor time of one call."""
    with limited():
        # The clock of the process may be read to a few milliseconds only while a timer uses it.
        begun = time.thread_time()
        function(text)
        return time.thread_time() - begun


def grows_too_fast(function, make, size):
    """Return whether the time grows clearly faster than linearly with the size of the input."""
    try:
        long = seconds(function, make(2 * size))
        if long < FLOOR or long < 2.5 * seconds(function, make(size)):
            return False
        gc.collect()
        gc.disable()
        # Cache effects raise single ratios; quadratic time shows in two consecutive ones.
        times = [min(seconds(function, make(size << n)) for _ in range(3)) for n in range(3)]
        return all(b > max(FLOOR, MOST * a) for a, b in itertools.pairwise(times))
    except TimeoutError:
        return True
    finally:
        gc.enable()


def repeated(before, unit, after):
    """Return a function that builds a text of about `size` characters."""
    return lambda size: before + unit * max(1, size // len(unit)) + after


def list_pumps(pattern, rng):
    """Return texts matching the prefix and the body of each repetition in an expression."""
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    found = []
    _collect(list(parser.parse(pattern.pattern, flags)), [], found)
    return [(_write(before, rng), _write(part, rng)) for before, part in found]


def write_match(pattern, rng):
    """Return a text that an expression probably matches."""
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    return _write(parser.parse(pattern.pattern, flags), rng)


def _inner(op, value):
    """Return the children of an element of a parsed expression, and its repetition counts."""
    if op in (constants.MAX_REPEAT, constants.MIN_REPEAT):
        return [value[2]], value[0], value[1]
    if op is constants.SUBPATTERN:
        return [value[-1]], 1, 1
    if op is constants.BRANCH:
        return list(value[1]), 1, 1
    return [], 1, 1


def _collect(parsed, before, found):
    for place, (op, value) in enumerate(parsed):
        parts, _, most = _inner(op, value)
        for part in parts:
            if most > 2:
                found.append((before + parsed[:place], part))
            _collect(list(part), before + parsed[:place], found)


def _write(parsed, rng):
    written = ""
    for op, value in parsed:
        parts, least, most = _inner(op, value)
        if parts:
            for _ in range(min(most, least + rng.randrange(3))):
                written += _write(rng.choice(parts), rng)
        elif op is constants.LITERAL:
            written += chr(value)
        elif op is constants.ANY:
            written += rng.choice(SAMPLES)
        elif op is constants.IN:
            written += _write_class(value, rng)
    return written


def _write_class(items, rng):
    def fits(character):
        with contextlib.suppress(re.error):
            return any(_is_in(character, item) for item in items) != negated
        return False

    negated = items[0][0] is constants.NEGATE
    own = [chr(value) for op, value in items if op is constants.LITERAL]
    own += [chr(rng.choice(value)) for op, value in items if op is constants.RANGE]
    able = [character for character in [*SAMPLES, *([] if negated else own)] if fits(character)]
    return rng.choice(able or own or ["a"])


def _is_in(character, item):
    op, value = item
    if op is constants.LITERAL:
        return ord(character) == value
    if op is constants.RANGE:
        return value[0] <= ord(character) <= value[1]
    if op is constants.CATEGORY:
        name = str(value).lower()
        kind = "d" if "digit" in name else "s" if "space" in name else "w"
        return re.match("\\" + (kind.upper() if "not" in name else kind), character) is not None
    return False
