"""Custody's events in words."""

from __future__ import annotations

from django.utils.translation import gettext_noop

SENTENCES = {
    "evidence.taken": gettext_noop("Evidence taken: %(description)s"),
    "evidence.derived": gettext_noop("Copy of evidence made"),
    "custody.collected": gettext_noop("Evidence collected: %(item)s"),
    "custody.sealed": gettext_noop("Evidence sealed: %(item)s"),
    "custody.transferred": gettext_noop("Evidence handed over: %(item)s"),
    "custody.accessed": gettext_noop("Evidence consulted: %(item)s"),
    "custody.exported": gettext_noop("Evidence exported: %(item)s"),
    "custody.analysed": gettext_noop("Evidence examined: %(item)s"),
    "custody.returned": gettext_noop("Evidence returned: %(item)s"),
    "custody.disposed": gettext_noop("Evidence disposed of: %(item)s"),
    "case.exported": gettext_noop("Case exported: %(reason)s"),
}
