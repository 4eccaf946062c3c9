"""From here on the database itself refuses to change or delete rows of the log."""

from typing import Any, ClassVar

from django.db import migrations

from gridcanary.custody.triggers import allow_changes, forbid_changes

TABLES = {
    "custody_event": (("seq",),),
    "custody_treenode": (("id",), ("level", "number")),
    "custody_checkpoint": (("id",), ("size",)),
    "custody_checkpointmark": (("id",),),
    "custody_evidenceitem": (("id",), ("ref",), ("event_id",)),
    "custody_custodyevent": (("id",), ("event_id",)),
}


def forbid(apps: Any, editor: Any) -> None:
    """Make the triggers."""
    forbid_changes(editor.connection, TABLES)


def allow(apps: Any, editor: Any) -> None:
    """Remove them."""
    allow_changes(editor.connection)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("custody", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(forbid, allow, elidable=False)]
