"""The only writers of the tables of documents, one subject a file."""
