"""A landlord's portal: a separate application that trusts the provider's tokens and knows nothing else of it."""
