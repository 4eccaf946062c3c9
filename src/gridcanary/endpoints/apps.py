"""Django's registration of the desk of the network lens."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EndpointsConfig(AppConfig):
    """Endpoints that talked to pools, and what cases make of them."""

    name = "gridcanary.endpoints"
    label = "endpoints"

    def ready(self) -> None:
        """Add the tab, the words for our events, and the log of who asked for personal data."""
        from gridcanary.casework.event_words import register_sentences
        from gridcanary.casework.panels import Panel, register_panel
        from gridcanary.endpoints.queries import taken_up_count
        from gridcanary.endpoints.unmask_log import watch_unmasking
        from gridcanary.endpoints.words import SENTENCES

        register_panel(Panel("network", _("On the wire"), "endpoints:case", 46, taken_up_count))
        register_sentences(SENTENCES)
        watch_unmasking()
