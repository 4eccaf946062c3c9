"""Addresses of oversight."""

from django.urls import path

from gridcanary.oversight import views

app_name = "oversight"

urlpatterns = [
    path("oversight/", views.overview, name="overview"),
    path("oversight/export/<str:table>.<str:ending>", views.export, name="export"),
]
