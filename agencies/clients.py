"""Who is at the other end of the line, also behind our own proxies."""

import ipaddress

from django.conf import settings

# A provider gives a home a /56 to hop through, a rented server a /48: as much as so many clients.
WIDER_NETWORKS = ((56, 2), (48, 10))


def client_address(request):
    """The client's IP address. Of X-Forwarded-For only the entries our own TRUSTED_PROXIES wrote are believed:
    the n-th from the right. Everything further left may be the client's own invention."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    proxies = settings.TRUSTED_PROXIES
    believed = hops[-proxies] if proxies and len(hops) >= proxies else request.META.get("REMOTE_ADDR", "")
    return _plain(believed)


def circles(client):
    """The client, then the networks it is one of many in: [(name, how many clients' worth of tries it has)].

    Only an address of IPv6 has such networks; a person in a chat, or an address of IPv4, is one client and no more.
    """
    try:
        address = ipaddress.IPv6Address(client)
    except ValueError:
        return [(client, 1)]
    wider = [(ipaddress.ip_network((address, size), strict=False), worth) for size, worth in WIDER_NETWORKS]
    return [(client, 1), *((str(network), worth) for network, worth in wider)]


def _plain(text):
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "0.0.0.0"  # noqa: S104  (a unix socket or rubbish: one shared, well-guarded client)
    if address.version == 6:
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        # One household has a whole /64 to hop through.
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)
