"""The pool list: where miners work, dated, with a role and a licence a row; and what a name or address met in it."""
