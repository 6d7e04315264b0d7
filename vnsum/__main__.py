"""`python -m vnsum` is the command `vnsum`."""

import sys

from vnsum.cli import main

if __name__ == "__main__":
    sys.exit(main())
