"""Addresses of casework."""

from django.urls import include, path

from gridcanary.casework.views import (
    campaigns,
    case_list,
    case_page,
    clocks,
    departments,
    law_page,
    tasks,
    work,
)

app_name = "casework"

case_patterns = [
    path("", case_page.case_page, name="case"),
    path("describe/", case_page.describe, name="describe"),
    path("outcome/", case_page.outcome, name="outcome"),
    path("sites/new/", case_page.add_site, name="add_site"),
    path("conditions/<str:code>/", case_page.state_condition, name="state_condition"),
    path("ways/<str:way>/move/", case_page.move, name="move"),
    path("ways/<str:way>/approve/", case_page.approve_way, name="approve_way"),
    path("law/", law_page.law_page, name="law"),
    path("history/", case_page.history, name="history"),
    path("campaign/", campaigns.put_into, name="put_into_campaign"),
    path("departments/", departments.departments, name="departments"),
    path("departments/invite/", departments.invite, name="invite"),
    path("departments/hand-over/", departments.hand_over, name="hand_over"),
    path("departments/<str:unit>/confirm/", departments.confirm, name="confirm"),
    path("departments/<str:unit>/leave/", departments.leave, name="leave"),
    path("handovers/<int:handover>/", departments.answer_handover, name="answer_handover"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<int:task>/", tasks.end_task, name="end_task"),
    path("clocks/", clocks.clocks, name="clocks"),
    path("clocks/<int:clock>/", clocks.change_clock, name="change_clock"),
]

urlpatterns = [
    path("cases/", case_list.case_list, name="cases"),
    path("cases/new/", case_list.new_case, name="new_case"),
    path("cases/<str:number>/", include(case_patterns)),
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/<int:campaign>/", campaigns.campaign, name="campaign"),
    path("work/", work.work, name="work"),
    path("work/reminders/<int:reminder>/", work.read_reminder, name="read_reminder"),
]
