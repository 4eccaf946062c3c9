"""Addresses of the watch."""

from django.urls import path

from gridcanary.watch import views

app_name = "watch"

urlpatterns = [
    path("watch/", views.watch_list, name="list"),
    path("cases/<str:number>/watch/", views.case_watch, name="case"),
    path("cases/<str:number>/watch/visits/<int:visit>/", views.record, name="visit"),
    path("cases/<str:number>/watch/returns/<int:sign>/", views.decide, name="return"),
]
