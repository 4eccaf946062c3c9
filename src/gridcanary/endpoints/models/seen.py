"""What was seen of an endpoint: sessions, days, and the accounts it logged in with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.encryption import BlindIndexField, EncryptedTextField
from gridcanary.accounts.models import User
from gridcanary.casework.sharing import acting_case_ids
from gridcanary.endpoints.models.endpoint import Endpoint
from gridcanary.endpoints.models.findings_file import FindingsFile


class AccountQuerySet(models.QuerySet["EndpointAccount"]):
    """Accounts at pools, with the one method that decides whose clear text anybody may ask for."""

    def visible_to(self, user: User) -> AccountQuerySet:
        """Those of endpoints that a case took up in which the person acts: without a case nobody is named."""
        return self.filter(endpoint__taken_up__case__in=acting_case_ids(user)).distinct()


class EndpointAccount(models.Model):
    """A pool account: often a mail address, a telephone number or a name that its holder uses elsewhere."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="accounts")
    account = EncryptedTextField(_("pool account"), kind="account")
    account_index = BlindIndexField(of="account")

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("endpoint", "account_index"), name="account_once"),)

    def __str__(self) -> str:
        return str(self.endpoint)


class EndpointSession(models.Model):
    """One listed session, as contracts.network.NETWORK_FINDINGS has it; the account lies apart, encrypted."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="sessions")
    file = models.ForeignKey(FindingsFile, on_delete=models.PROTECT, related_name="sessions")
    session_id = models.CharField(max_length=64)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField(db_index=True)
    client_port = models.IntegerField()
    server = models.CharField(max_length=64)
    server_port = models.IntegerField()
    protocol = models.CharField(max_length=8)
    method = models.CharField(max_length=40, blank=True, default="")
    transport = models.CharField(max_length=40, blank=True, default="")
    pool = models.CharField(max_length=120, blank=True, default="", db_index=True)
    pool_entry = models.CharField(max_length=200, blank=True, default="")
    pool_entry_date = models.DateField(null=True)
    pool_entry_source = models.CharField(max_length=200, blank=True, default="")
    wallet = models.CharField(max_length=200, blank=True, default="", db_index=True)
    wallet_network = models.CharField(max_length=40, blank=True, default="")
    account = models.ForeignKey(
        EndpointAccount, on_delete=models.SET_NULL, null=True, related_name="sessions"
    )
    worker = models.CharField(max_length=120, blank=True, default="")
    workers = models.IntegerField(null=True)
    rack_position = models.CharField(max_length=60, blank=True, default="")
    agent = models.CharField(max_length=120, blank=True, default="")
    tls_name = models.CharField(max_length=255, blank=True, default="")
    ja3 = models.CharField(max_length=64, blank=True, default="")
    ja4 = models.CharField(max_length=64, blank=True, default="")
    algorithm = models.CharField(max_length=40, blank=True, default="")
    coin = models.CharField(max_length=40, blank=True, default="")
    shares = models.BigIntegerField(null=True)
    hashrate_hs = models.FloatField(null=True)
    hashrate_low_hs = models.FloatField(null=True)
    hashrate_high_hs = models.FloatField(null=True)
    machine_class = models.CharField(max_length=60, blank=True, default="")
    kw_low = models.FloatField(null=True)
    kw_mid = models.FloatField(null=True)
    kw_high = models.FloatField(null=True)
    hypothesis = models.CharField(max_length=20)
    llr = models.FloatField()
    packets = models.BigIntegerField()
    bytes = models.BigIntegerField()
    reasons = models.TextField()
    innocent = models.TextField()
    quality = models.CharField(max_length=120, blank=True, default="")
    synchronous_with = models.JSONField(default=list)

    class Meta:
        ordering = ("-first_seen", "id")
        constraints = (
            models.UniqueConstraint(fields=("endpoint", "session_id"), name="session_once_an_endpoint"),
        )

    def __str__(self) -> str:
        return self.session_id


class EndpointDay(models.Model):
    """One UTC day of an endpoint, as contracts.network.ENDPOINT_DAYS has it: computed anew from its sessions."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(db_index=True)
    sessions = models.IntegerField()
    hours = models.FloatField()
    pools = models.JSONField(default=list)
    wallets = models.JSONField(default=list)
    methods = models.JSONField(default=list)
    workers = models.IntegerField(null=True)
    hashrate_hs = models.FloatField(null=True)
    algorithm = models.CharField(max_length=40, blank=True, default="")
    kw_low = models.FloatField(null=True)
    kw_mid = models.FloatField(null=True)
    kw_high = models.FloatField(null=True)
    hypothesis = models.CharField(max_length=20)
    llr = models.FloatField()
    synchronous_with = models.JSONField(default=list)
    reasons = models.TextField()
    innocent = models.TextField()

    class Meta:
        ordering = ("-day", "-llr", "id")
        constraints = (models.UniqueConstraint(fields=("endpoint", "day"), name="day_once_an_endpoint"),)

    def __str__(self) -> str:
        return f"{self.endpoint} {self.day}"
