"""Who may sign in and which area each person sees."""
