"""Cases of the demonstration in every stage, made by the same actions that people use. Everything is made up."""
