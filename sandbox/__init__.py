"""Messaging platforms as they behave, on one's own machine. A program of its own; knows nothing of who talks to it."""
