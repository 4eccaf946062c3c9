"""The tables of documents, one concept a file. Only the actions write them."""

from gridcanary.documents.models.document import Document, DocumentQuerySet, State
from gridcanary.documents.models.file import DocumentFile, FileKind
from gridcanary.documents.models.letterhead import Letterhead, NumberSeries
from gridcanary.documents.models.referral import Referral, ReferralPackage, ReferralQuerySet, ReferralState
from gridcanary.documents.models.review import Review
from gridcanary.documents.models.service import Service, ServiceWay
from gridcanary.documents.models.template import UnitTemplate
from gridcanary.documents.models.version import DocumentVersion, VersionQuerySet

__all__ = [
    "Document",
    "DocumentFile",
    "DocumentQuerySet",
    "DocumentVersion",
    "FileKind",
    "Letterhead",
    "NumberSeries",
    "Referral",
    "ReferralPackage",
    "ReferralQuerySet",
    "ReferralState",
    "Review",
    "Service",
    "ServiceWay",
    "State",
    "UnitTemplate",
    "VersionQuerySet",
]
