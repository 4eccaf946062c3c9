"""The pages of evidence: a case's items, who had each when, and the bag to take along."""
