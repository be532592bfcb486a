"""By which names the office is called: another site that gives its own name our address (DNS rebinding) is not answered."""

from __future__ import annotations

import os
import socket
from collections.abc import Collection, Iterator
from ipaddress import ip_address, ip_network

from django.http.request import validate_host

SETTING = "TAIZHANG_HOSTS"  # further names, parted by blanks; * for any
_NEAR = tuple(
    map(
        ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"),
    )
)


def near(host: str) -> bool:
    """Say whether a host (without its port) is an address of this machine or of a private network.

    >>> [near(host) for host in ("127.0.0.1", "192.168.1.7", "[fd00::7]", "8.8.8.8", "192.168.1.7.example")]
    [True, True, True, False, False]
    """
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return any(address in network for network in _NEAR)


def allowed(host: str, names: Collection[str]) -> bool:
    """Say whether a host (without its port) is answered: one that is ``near``, or one of the names, as Django's ``ALLOWED_HOSTS`` writes them."""
    return near(host) or validate_host(host, names)


def allow(bound: str) -> None:
    """Let the address or name that a server listens on be answered, in this process and those that it starts."""
    if bound not in ("0.0.0.0", "::"):  # noqa: S104 - listening everywhere names nothing
        os.environ[SETTING] = f"{os.environ.get(SETTING, '')} {bound}"


def names() -> list[str]:
    """Return the names of this machine, the addresses by which it reaches others, and what ``TAIZHANG_HOSTS`` adds."""
    own = socket.gethostname().lower()
    short = own.partition(".")[0]
    return list(dict.fromkeys(["localhost", own, short, f"{short}.local", *_addresses(), *os.environ.get(SETTING, "").lower().split()]))


def _addresses() -> Iterator[str]:
    # Nothing is sent: connecting a datagram socket only asks which address would be used.
    for family, far, form in ((socket.AF_INET, "192.0.2.1", "{}"), (socket.AF_INET6, "2001:db8::1", "[{}]")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                yield form.format(probe.getsockname()[0])
        except OSError:
            continue
