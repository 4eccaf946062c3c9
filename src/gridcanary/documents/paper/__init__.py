"""Papers without Django: DOCX templates filled from values, and the filled paper printed to PDF.

The DOCX is what officers edit; the PDF is typeset from the filled DOCX, so the two cannot say different things.
"""

from gridcanary.documents.paper.faults import TemplateFault, UnsafeFile
from gridcanary.documents.paper.fill import fill
from gridcanary.documents.paper.reading import Paper, read_paper
from gridcanary.documents.paper.tags import check_template, names_used
from gridcanary.documents.paper.typeset import Frame, typeset, typeset_pages

__all__ = [
    "Frame",
    "Paper",
    "TemplateFault",
    "UnsafeFile",
    "check_template",
    "fill",
    "names_used",
    "read_paper",
    "typeset",
    "typeset_pages",
]
