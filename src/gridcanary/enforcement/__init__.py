"""What is done about a case: the parties, the measures against them, and the money that is owed and paid."""
