from portal.channels.zalo.adapter import Zalo, ZaloByPhone

__all__ = ["Zalo", "ZaloByPhone"]
