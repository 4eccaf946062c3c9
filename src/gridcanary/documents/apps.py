"""Django's registration of documents."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Papers of cases, and referrals to other departments."""

    name = "gridcanary.documents"
    label = "documents"

    def ready(self) -> None:
        """Tell casework of the tabs, of what is issued, and of what keeps a case open."""
        from gridcanary.casework.elsewhere import register_waiting
        from gridcanary.casework.event_words import register_sentences
        from gridcanary.casework.loop import register_documents, register_loop
        from gridcanary.casework.panels import Panel, register_panel
        from gridcanary.documents import queries
        from gridcanary.documents.event_sentences import SENTENCES
        from gridcanary.documents.waiting import waiting

        register_sentences(SENTENCES)
        register_documents(queries.codes_in_force, queries.where_written)
        register_loop("documents", queries.unserved_papers)
        register_loop("referrals", queries.unanswered_referrals)
        register_waiting("documents", waiting)
        register_panel(Panel("documents", _("Documents"), "documents:papers", 40, queries.papers_waiting))
        register_panel(
            Panel("referrals", _("Referrals"), "documents:referrals", 50, queries.referrals_waiting)
        )
