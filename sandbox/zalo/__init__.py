"""Zalo Official Account: OAuth v4, OA OpenAPI, ZBS template messages by phone, webhooks."""
