"""What goes with Loge without being part of it."""
