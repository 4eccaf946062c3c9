"""Django's registration of the portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class PortalConfig(AppConfig):
    """Law, cases and figures for everybody."""

    name = "gridcanary.portal"
    label = "portal"

    def ready(self) -> None:
        """Tell casework of the tab and the events."""
        from gridcanary.casework.elsewhere import register_waiting
        from gridcanary.casework.event_words import register_sentences
        from gridcanary.casework.panels import Panel, register_panel
        from gridcanary.portal.told_queries import drafts_waiting

        register_panel(Panel("told", _("For everybody"), "portal:told", 85))
        register_waiting("portal", drafts_waiting)
        register_sentences(
            {
                "told.written": gettext_noop("Text for everybody written"),
                "told.released": gettext_noop("Case told to everybody"),
                "told.withdrawn": gettext_noop("Case no longer told to everybody: %(reason)s"),
            }
        )
