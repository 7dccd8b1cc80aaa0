"""Which addresses are of this computer, and which are asked without a proxy."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import urlsplit
from urllib.request import getproxies_environment


def is_loopback(host: str) -> bool:
    """Whether this is a name or an address, in any way of writing it, of the computer itself."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and (address.is_loopback or address.is_unspecified)


def is_direct(url: str) -> bool:
    """Whether no proxy is asked on the way to this address.

    So it is for this computer, and for what lies in a network that ``NO_PROXY`` names as ``10.1.0.0/16``. The
    other entries of ``NO_PROXY`` are known to the clients themselves.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # it is no address: whoever asks it will say so
        return False
    address = _address(host)
    return is_loopback(host) or (address is not None and any(address in network for network in _networks()))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))  # such as 127.1
        except (OSError, ValueError):
            return None
    return getattr(address, "ipv4_mapped", None) or address


def _networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    networks = []
    for entry in re.split(r"[\s,]+", getproxies_environment().get("no", "")):
        if "/" in entry:
            try:
                networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                continue
    return networks
