"""The service for programs: what they may ask, and how the answers look."""
