"""Reduces an address to the network that limits and lockouts count."""

from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network

PREFIX = {4: 24, 6: 64}


@lru_cache(maxsize=4096)
def network_of(address: str | None) -> str:
    """Name the network of an address.

    Args:
        address: an IPv4 or IPv6 address, or none.

    Returns:
        the /24 of an IPv4 address (mapped ones included), the /64 of an IPv6 one, `unknown` for neither.
    """
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    mapped = None if isinstance(parsed, IPv4Address) else parsed.ipv4_mapped
    host = mapped or parsed
    return str(ip_network(f"{host}/{PREFIX[host.version]}", strict=False))
