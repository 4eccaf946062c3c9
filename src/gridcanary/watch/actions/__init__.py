"""The only writers of the watch's tables."""
