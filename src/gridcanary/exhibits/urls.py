"""Addresses of evidence."""

from django.urls import path

from gridcanary.exhibits import views

app_name = "exhibits"

urlpatterns = [
    path("cases/<str:number>/evidence/", views.item_list, name="list"),
    path("cases/<str:number>/evidence/take/", views.take, name="take"),
    path("cases/<str:number>/evidence/export/", views.export, name="export"),
    path("cases/<str:number>/evidence/<str:ref>/", views.item, name="item"),
    path("cases/<str:number>/evidence/<str:ref>/content/", views.content, name="content"),
]
