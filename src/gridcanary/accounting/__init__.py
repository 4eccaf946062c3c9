"""What is owed and what was wasted: pure functions over dated, cited rules, with every step shown."""
