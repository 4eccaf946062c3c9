"""Django's registration of the tip line."""

from django.apps import AppConfig


class TipsConfig(AppConfig):
    """What people report, and what becomes of it."""

    name = "gridcanary.tips"
    label = "tips"

    def ready(self) -> None:
        """Add the words for our events."""
        from gridcanary.casework.elsewhere import register_waiting
        from gridcanary.casework.event_words import register_sentences
        from gridcanary.tips.clocks import tips_waiting
        from gridcanary.tips.words import SENTENCES

        register_sentences(SENTENCES)
        register_waiting("tips", tips_waiting)
