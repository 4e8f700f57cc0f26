from portal.channels.facebook.adapter import Facebook, FacebookPrivate, FacebookThread

__all__ = ["Facebook", "FacebookPrivate", "FacebookThread"]
