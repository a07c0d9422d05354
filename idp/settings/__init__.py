"""The schema of every configuration file."""
