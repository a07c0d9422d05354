"""The provider as the OpenID Foundation's conformance suite tests it: docs/conformance.md."""
