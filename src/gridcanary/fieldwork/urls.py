"""Addresses of the inspections."""

from django.urls import include, path

from gridcanary.fieldwork.views import devices, entries, offline, photos, plans, supply, visits

app_name = "fieldwork"

fieldwork_patterns = [
    path("", plans.plan_list, name="plans"),
    path("plans/new/", plans.new_plan, name="new_plan"),
    path("plans/<int:plan_id>/", plans.plan_page, name="plan"),
    path("plans/<int:plan_id>/print/", plans.plan_sheet, name="plan_sheet"),
    path("plans/<int:plan_id>/cancel/", plans.cancel, name="cancel_plan"),
    path("visits/<int:visit_id>/", visits.visit_page, name="visit"),
    path("visits/<int:visit_id>/phone/", visits.phone, name="phone"),
    path("visits/<int:visit_id>/print/", visits.blank_form, name="blank_form"),
    path("visits/<int:visit_id>/move/", plans.move, name="move_visit"),
    path("visits/<int:visit_id>/entries/<str:kind>/", entries.receive, name="entry"),
    path("photos/<int:photo_id>/", photos.photo, name="photo"),
    path("devices/<str:tag>/", devices.device_page, name="device"),
    path("devices/<str:tag>/correct/", devices.correct, name="correct_device"),
    path("worker.js", offline.worker, name="worker"),
    path("session/", offline.session, name="session"),
]

case_patterns = [
    path("inspection/", visits.case_inspection, name="case_inspection"),
    path("devices/", devices.case_devices, name="case_devices"),
    path("devices/new/", devices.new_device, name="new_device"),
    path("devices/import/", devices.import_devices, name="import_devices"),
    path("devices/pattern.csv", devices.pattern, name="device_pattern"),
    path("devices/labels/", devices.label_sheet, name="labels"),
    path("devices/<str:act>/", devices.step, name="device_step"),
    path("supply/", supply.case_supply, name="case_supply"),
    path("supply/<int:cut_id>/", supply.supply_page, name="supply"),
    path("supply/<int:cut_id>/<str:step>/", supply.act, name="supply_step"),
]

urlpatterns = [
    path("fieldwork/", include(fieldwork_patterns)),
    path("cases/<str:number>/", include(case_patterns)),
]
