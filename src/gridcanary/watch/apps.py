"""Django's registration of the watch."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class WatchConfig(AppConfig):
    """Visits after closure, and returns."""

    name = "gridcanary.watch"
    label = "watch"

    def ready(self) -> None:
        """Tell casework of the watch's tab, conditions and events."""
        from gridcanary.casework.elsewhere import register_waiting
        from gridcanary.casework.event_words import register_sentences
        from gridcanary.casework.loop import register_condition, register_stage_listener
        from gridcanary.casework.models import Case
        from gridcanary.casework.panels import Panel, register_panel
        from gridcanary.watch.actions.visits import plan_when_watched
        from gridcanary.watch.models import Return, ReturnState
        from gridcanary.watch.queries import no_return, returns_waiting, watch_incomplete

        def signs(case: Case) -> int:
            return Return.objects.filter(case=case, state=ReturnState.OPEN).count()

        register_waiting("watch", returns_waiting)
        register_stage_listener("watch", plan_when_watched)
        register_condition("watch_complete", watch_incomplete)
        register_condition("resurgence_found", no_return)
        register_panel(Panel("watch", _("Watch"), "watch:case", 70, signs))
        register_sentences(
            {
                "watch.planned": gettext_noop("Visits of the watch planned"),
                "watch.visited": gettext_noop("Visit of the watch recorded"),
                "watch.return_noticed": gettext_noop("Sign that the mine came back"),
                "watch.taken_up": gettext_noop("Taken up again in %(into)s"),
                "watch.return_dismissed": gettext_noop("No return: %(reason)s"),
            }
        )
