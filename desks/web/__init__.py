"""The web desk: the agents' pages, on a loopback port of their own."""

from desks.web.desk import WebDesk
from desks.web.sessions import link

__all__ = ["WebDesk", "link"]
