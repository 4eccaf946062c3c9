"""Django's registration of the pages of evidence."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExhibitsConfig(AppConfig):
    """Evidence in a case. The tables are custody's."""

    name = "gridcanary.exhibits"
    label = "exhibits"

    def ready(self) -> None:
        """Add the tab and the words for custody's events."""
        from gridcanary.casework.event_words import register_sentences
        from gridcanary.casework.models import Case
        from gridcanary.casework.panels import Panel, register_panel
        from gridcanary.custody.models import EvidenceItem
        from gridcanary.exhibits.words import SENTENCES

        def originals(case: Case) -> int:
            return EvidenceItem.objects.filter(case_ref=case.number, parent__isnull=True).count()

        register_panel(Panel("evidence", _("Evidence"), "exhibits:list", 45, originals))
        register_sentences(SENTENCES)
