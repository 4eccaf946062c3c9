"""Django's registration of the enforcement app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnforcementConfig(AppConfig):
    """Parties, measures and money of a case."""

    name = "gridcanary.enforcement"
    label = "enforcement"

    def ready(self) -> None:
        """Add the tabs of a case, and what of ours keeps a case open."""
        from gridcanary.casework.elsewhere import register_waiting
        from gridcanary.casework.event_words import register_sentences
        from gridcanary.casework.facts import register_facts
        from gridcanary.casework.loop import register_loop
        from gridcanary.casework.panels import Panel, register_panel
        from gridcanary.enforcement import paper_facts, queries
        from gridcanary.enforcement.event_words import SENTENCES

        register_panel(Panel("parties", _("Parties"), "enforcement:parties", 30, queries.party_count))
        register_panel(
            Panel("measures", _("Measures"), "enforcement:measures", 40, queries.open_measure_count)
        )
        register_panel(Panel("money", _("Money"), "enforcement:money", 60, queries.open_money_count))
        register_sentences(SENTENCES)
        register_facts("parties", paper_facts.parties)
        register_facts("measures", paper_facts.measures)
        register_facts("money", paper_facts.money)
        register_loop("measures", queries.unfinished_measures)
        register_loop("money", queries.unsettled_money)
        register_waiting("measures", queries.measures_waiting)
