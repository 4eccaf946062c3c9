"""Django's registration of the inspections."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldworkConfig(AppConfig):
    """Inspections, devices and the supply."""

    name = "gridcanary.fieldwork"
    label = "fieldwork"

    def ready(self) -> None:
        """Tell casework what keeps a case open here, what this room vouches for, and its tabs."""
        from gridcanary.casework.event_words import register_sentences
        from gridcanary.casework.facts import register_facts
        from gridcanary.casework.loop import register_condition, register_loop
        from gridcanary.casework.panels import Panel, register_panel
        from gridcanary.fieldwork import conditions, event_words, open_ends, paper_facts

        register_sentences(event_words.SENTENCES)
        register_facts("devices", paper_facts.devices)
        register_loop("fieldwork", open_ends.open_ends)
        for code, check in conditions.CHECKS.items():
            register_condition(code, check)
        register_panel(Panel("inspection", _("Inspection"), "fieldwork:case_inspection", 30))
        register_panel(
            Panel("devices", _("Devices"), "fieldwork:case_devices", 32, open_ends.devices_to_account_for)
        )
        register_panel(Panel("supply", _("Supply"), "fieldwork:case_supply", 34))
