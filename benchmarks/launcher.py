"""`sambut serve`, without the sending pace: Telegram's limits would be measured, not the house.

SAMBUT_PROFILE=file writes where the time went (cProfile) when the process ends in order.
"""

import cProfile
import os
import sys

from bot import cli
from channels.telegram import TelegramChannel


def main() -> None:
    TelegramChannel.pace = None
    sys.argv = ["sambut", "serve"]
    path = os.environ.get("SAMBUT_PROFILE")
    if not path:
        return cli.main()
    profile = cProfile.Profile()
    try:
        profile.runcall(cli.main)
    finally:
        profile.dump_stats(path)


if __name__ == "__main__":
    main()
