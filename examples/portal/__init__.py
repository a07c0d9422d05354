"""A landlord's portal that trusts Loge's tokens. It knows the protocol and nothing of the provider's code."""
