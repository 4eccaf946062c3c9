"""Addresses of the tip line: for everybody under the language, for staff under /tips/."""

from django.urls import path

from gridcanary.public.pages import in_own_language
from gridcanary.tips.views import desk
from gridcanary.tips.views.answer import add, answer
from gridcanary.tips.views.leaving import leave
from gridcanary.tips.views.report import change, receipt, report, send

app_name = "tips"
urlpatterns = [
    path("report/", in_own_language, name="report_any"),
    path("<str:lang>/report/", report, name="report"),
    path("<str:lang>/report/change/", change, name="report_change"),
    path("<str:lang>/report/send/", send, name="report_send"),
    path("<str:lang>/report/receipt/", receipt, name="report_receipt"),
    path("<str:lang>/report/answer/", answer, name="answer"),
    path("<str:lang>/report/answer/add/", add, name="answer_add"),
    path("<str:lang>/leave/", leave, name="leave"),
    path("tips/", desk.leads, name="leads"),
    path("tips/leads/<int:pk>/", desk.lead, name="lead"),
    path("tips/leads/<int:pk>/case/", desk.lead_case, name="lead_case"),
    path("tips/new/", desk.telephone, name="telephone"),
    path("tips/<str:reference>/", desk.tip, name="tip"),
    path("tips/<str:reference>/act/", desk.act, name="act"),
]
