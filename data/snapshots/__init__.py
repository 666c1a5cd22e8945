"""Immutable states: the store, its manifests, and what keeps them whole."""
