"""Django's registration of the pages of wallets."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WalletsConfig(AppConfig):
    """Dossiers of the chain lens in a case."""

    name = "gridcanary.wallets"
    label = "wallets"

    def ready(self) -> None:
        """Add the tab and the words for our events."""
        from gridcanary.casework.event_words import register_sentences
        from gridcanary.casework.panels import Panel, register_panel
        from gridcanary.wallets.queries import dossier_count
        from gridcanary.wallets.words import SENTENCES

        register_panel(Panel("wallets", _("On the chain"), "wallets:list", 47, dossier_count))
        register_sentences(SENTENCES)
