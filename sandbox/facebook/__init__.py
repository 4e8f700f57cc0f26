"""Facebook as it behaves for one app and one Page: Graph API, Messenger Platform, webhooks."""
