"""The watch after a case: visits by plan, and returns at the same premises, parties and devices."""
