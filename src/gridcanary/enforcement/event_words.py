"""Events of enforcement in words, for the history of a case."""

from __future__ import annotations

from django.utils.translation import gettext_noop

SENTENCES = {
    "party.added": gettext_noop("Party %(party)s added"),
    "party.changed": gettext_noop("What is known of party %(party)s was corrected"),
    "party.part_given": gettext_noop("Party %(party)s has another part in the case"),
    "party.part_ended": gettext_noop("Party %(party)s no longer has a part in the case"),
    "measure.proposed": gettext_noop("Measure proposed: %(code)s on %(basis)s"),
    "measure.approved": gettext_noop("Measure %(measure)s approved"),
    "measure.refused": gettext_noop("Measure %(measure)s refused: %(result)s"),
    "measure.withdrawn": gettext_noop("Measure %(measure)s withdrawn: %(result)s"),
    "measure.started": gettext_noop("Measure %(measure)s begun"),
    "measure.ended": gettext_noop("Measure %(measure)s ended: %(result)s"),
    "measure.lifted": gettext_noop("Measure %(measure)s lifted: %(result)s"),
    "measure.converted": gettext_noop("Measure %(measure)s turned into a decision: %(result)s"),
    "money.assessed": gettext_noop("Amount assessed: %(code)s %(amount)s %(currency)s"),
    "money.adjusted": gettext_noop("Amount adjusted: %(amount)s %(currency)s – %(reason)s"),
    "money.collected": gettext_noop("Collected: %(code)s %(amount)s %(currency)s"),
    "money.waived": gettext_noop("Waived: %(amount)s %(currency)s – %(reason)s"),
    "money.refunded": gettext_noop("Paid back: %(amount)s %(currency)s – %(reason)s"),
    "money.written_off": gettext_noop("Written off: %(amount)s %(currency)s – %(reason)s"),
    "money.claimed": gettext_noop("Claim served"),
}
"""Sentences by kind of event; facts of the event in ``%(name)s``."""
