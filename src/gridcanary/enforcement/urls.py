"""Addresses of enforcement, all below a case."""

from django.urls import path

from gridcanary.enforcement.views import measures, money, parties

app_name = "enforcement"

urlpatterns = [
    path("parties/", parties.party_list, name="parties"),
    path("parties/new/", parties.new_party, name="new_party"),
    path("parties/<int:pk>/", parties.party_page, name="party"),
    path("parties/<int:pk>/parts/", parties.give_part, name="give_part"),
    path("parties/<int:pk>/parts/<int:part>/end/", parties.end_part, name="end_part"),
    path("parties/<int:pk>/unmask/", parties.ask_to_unmask, name="ask_to_unmask"),
    path("parties/<int:pk>/reveal/<str:field>/", parties.reveal_field, name="reveal"),
    path("measures/", measures.measure_list, name="measures"),
    path("measures/new/", measures.new_measure, name="new_measure"),
    path("measures/<int:pk>/", measures.measure_page, name="measure"),
    path("measures/<int:pk>/<str:verb>/", measures.act, name="measure_act"),
    path("money/", money.ledger, name="money"),
    path("money/new/<str:kind>/", money.new_item, name="new_money"),
    path("money/<int:pk>/", money.item_page, name="money_item"),
    path("money/<int:pk>/entries/", money.enter, name="enter_money"),
    path("money/<int:pk>/claim/", money.claim, name="claim_money"),
]
