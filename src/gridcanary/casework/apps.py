"""Django's registration of casework."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    """Cases and decisions."""

    name = "gridcanary.casework"
    label = "casework"

    def ready(self) -> None:
        """Add casework's own tabs, unfinished things and conditions."""
        from django.db.models import CharField

        from gridcanary.casework import closing
        from gridcanary.casework.models import Case, TaskState
        from gridcanary.casework.panels import Panel, register_panel
        from gridcanary.casework.text_search import Holds

        def tasks_to_do(case: Case) -> int:
            return case.tasks.filter(state=TaskState.OPEN).count()

        CharField.register_lookup(Holds)
        closing.register()
        register_panel(Panel("overview", _("Overview"), "casework:case", 0))
        register_panel(Panel("tasks", _("Tasks"), "casework:tasks", 10, tasks_to_do))
        register_panel(Panel("departments", _("Departments"), "casework:departments", 20))
        register_panel(Panel("clocks", _("Clocks"), "casework:clocks", 80))
        register_panel(Panel("history", _("History"), "casework:history", 90))
