"""index/embedding."""
