"""The demo: provider, mail worker and portals on this machine, with people to try."""
