"""The electricity lens: load curves in, explained findings out, in a notebook as well as in the product.

>>> from gridcanary import power
>>> findings = power.scan("lake", customers="customers.csv")  # doctest: +SKIP
"""

from gridcanary.power.importing import import_file, import_files
from gridcanary.power.scan import scan

__all__ = ["import_file", "import_files", "scan"]
