"""Loge: an OpenID Connect provider for landlords."""
