"""Who signs a paper, and whose word is still missing."""

from __future__ import annotations

from gridcanary.casework import law
from gridcanary.documents.models import Document, DocumentVersion, Review

WRITES = "officer"
"""Signs by writing and submitting the paper; every other role reviews it."""


def roles_to_review(paper: Document) -> list[str]:
    """Roles of the pack that agree to the paper before it is issued, legal review first."""
    signed = law.pack_of(paper.case).document(paper.code).signed_by
    return sorted((str(role) for role in signed if role != WRITES), key=lambda role: role != "legal_reviewer")


def roles_lacking(paper: Document, version: DocumentVersion) -> list[str]:
    """Roles that have not agreed to a version."""
    last = {row.role: row.granted for row in Review.objects.filter(version=version).order_by("id")}
    return [role for role in roles_to_review(paper) if not last.get(role, False)]
