"""Addresses of signing in and out, of one's own account, of units, and of personal data."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from gridcanary.accounts.views import account, personal_data, signing_in, units

app_name = "accounts"
urlpatterns = [
    path("login/", signing_in.SignIn.as_view(), name="login"),
    path("second-factor/", signing_in.second_factor, name="second_factor"),
    path("confirm/", signing_in.confirm_again, name="confirm"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", account.account, name="account"),
    path("phone/", account.change_phone, name="phone"),
    path("password/", account.change_password, name="password"),
    path("authenticator/", account.enrol, name="enrol"),
    path("authenticator/codes/", account.new_recovery_codes, name="recovery_codes"),
    path("authenticator/remove/", account.remove_totp, name="remove_totp"),
    path("sessions/<int:pk>/end/", account.end_session, name="end_session"),
    path("sessions/end-others/", account.end_others, name="end_others"),
    path("tokens/new/", account.new_token, name="new_token"),
    path("tokens/<int:pk>/revoke/", account.end_token, name="end_token"),
    path("oidc/", signing_in.OidcSignIn.as_view(), name="oidc_login"),
    path("oidc/callback/", signing_in.OidcCallback.as_view(), name="oidc_callback"),
    path("units/", units.units, name="units"),
    path("units/new/", units.new_unit, name="new_unit"),
    path("units/<slug:code>/", units.unit, name="unit"),
    path("units/<slug:code>/change/", units.change, name="change_unit"),
    path("units/<slug:code>/members/new/", units.new_member, name="new_member"),
    path("units/<slug:code>/posts/<int:pk>/end/", units.end_post, name="end_post"),
    path("units/<slug:code>/people/<int:pk>/lock/", units.set_locked, name="set_locked"),
    path("unmask/", personal_data.requests, name="unmask_requests"),
    path("unmask/ask/<str:label>/<str:pk>/<slug:field>/", personal_data.ask, name="unmask_ask"),
    path("unmask/<int:pk>/decide/", personal_data.decide, name="unmask_decide"),
    path("unmask/<int:pk>/withdraw/", personal_data.withdraw, name="unmask_withdraw"),
    path("unmask/<int:pk>/show/", personal_data.show, name="unmask_show"),
    path("reads/", personal_data.reads, name="reads"),
]
