"""What the portal keeps."""

from gridcanary.portal.models.typical_case import CaseState, TypicalCase

__all__ = ["CaseState", "TypicalCase"]
