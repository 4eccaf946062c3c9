"""Sentences for the events that this room leaves in a case's history."""

from django.utils.translation import gettext_noop

SENTENCES = {
    "visit.begun": gettext_noop("Inspection begun on site"),
    "visit.described": gettext_noop("Circumstances of the visit recorded"),
    "visit.answered": gettext_noop("Checklist: %(item)s – %(answer)s"),
    "visit.load_measured": gettext_noop("Load measured on site: %(kw_total)s kW"),
    "visit.meter_read": gettext_noop("Meter %(meter)s read: %(register_kwh)s kWh"),
    "visit.photographed": gettext_noop("Photographs taken into custody"),
    "visit.recorded": gettext_noop("Record of the visit finished"),
    "visit.not_possible": gettext_noop("Visit not possible"),
    "device.listed": gettext_noop("Device listed: %(tag)s %(model)s"),
    "device.imported": gettext_noop("Device list imported"),
    "device.recognised": gettext_noop("Device %(tag)s is known from another case"),
    "device.photographed": gettext_noop("Device photographed: %(tag)s"),
    "device.corrected": gettext_noop("Device entry corrected: %(tag)s"),
    "device.sealed": gettext_noop("Devices sealed on site"),
    "device.seized": gettext_noop("Devices taken into custody: %(holder)s"),
    "device.moved": gettext_noop("Devices moved: %(holder)s"),
    "device.released": gettext_noop("Measure on devices lifted"),
    "device.disposed": gettext_noop("Disposal of devices recorded: %(document)s"),
    "supply.ordered_off": gettext_noop("Supply of meter %(meter)s ordered off"),
    "supply.cut": gettext_noop("Supply of meter %(meter)s switched off"),
    "supply.proved": gettext_noop("Proof at the meter recorded"),
    "supply.reconnected": gettext_noop("Supply of meter %(meter)s switched on again"),
    "supply.order_withdrawn": gettext_noop("Order to switch off withdrawn"),
}
"""By kind of event."""
