"""Run the command line with `python -m vnsum`."""

import sys

from vnsum.cli import main

if __name__ == "__main__":
    sys.exit(main())
