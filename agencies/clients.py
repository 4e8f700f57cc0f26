"""Who is at the other end of the line, also behind our own proxies."""

import ipaddress

from django.conf import settings


def client_address(request):
    """The client's IP address. Of X-Forwarded-For only the entries our own TRUSTED_PROXIES wrote are believed:
    the n-th from the right. Everything further left may be the client's own invention."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    proxies = settings.TRUSTED_PROXIES
    believed = hops[-proxies] if proxies and len(hops) >= proxies else request.META.get("REMOTE_ADDR", "")
    return _plain(believed)


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
