"""`python -m bidding.sealing`: seal a bid, hand it in and open it, without a browser or Django."""

import sys

from bidding.sealing.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
