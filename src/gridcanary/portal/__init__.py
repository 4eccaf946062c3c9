"""What everybody may read: the law, typical cases, figures, posters."""
