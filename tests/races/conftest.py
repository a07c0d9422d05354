"""Apps and people for races at the protocol's endpoints."""

from tests.oidc.conftest import account, keys_at_hand, party, settings, signed_in, web

__all__ = ["account", "keys_at_hand", "party", "settings", "signed_in", "web"]
