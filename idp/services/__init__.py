"""Use cases. The first argument is always `work`; nothing here commits."""
