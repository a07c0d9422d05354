"""What every edge needs from Flask."""
