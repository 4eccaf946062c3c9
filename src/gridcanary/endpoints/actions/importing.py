"""Taking over what a scan found: listed sessions become endpoints and days; plain addresses are refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.utils.translation import gettext as _

from gridcanary.accounts.encryption import blind_index
from gridcanary.accounts.masking import masked
from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.contracts.errors import GridcanaryError, InputError
from gridcanary.contracts.reasons import Reason, dump_reasons, load_reasons
from gridcanary.custody.log_actions import record
from gridcanary.endpoints.actions.days import renew_days
from gridcanary.endpoints.models import Endpoint, EndpointAccount, EndpointSession, FindingsFile
from gridcanary.network.findings_files import read_findings

IMPORTERS = (Role.OFFICER, Role.ANALYST)
PSEUDONYM = re.compile(r"e:[A-Za-z0-9_-]{22}")
MOST_LISTED = 200_000
"""Listed sessions of one file; more mean that the scan's threshold is wrong, and no desk can work through them."""
CHUNK = 2_000

COPIED = (
    "session_id", "first_seen", "last_seen", "client_port", "server", "server_port", "protocol", "pool_entry_date",
    "workers", "shares", "hashrate_hs", "hashrate_low_hs", "hashrate_high_hs", "kw_low", "kw_mid", "kw_high",
    "hypothesis", "llr", "packets", "bytes", "quality",
)  # fmt: skip
TEXTS = (
    "method", "transport", "pool", "pool_entry", "pool_entry_source", "wallet", "wallet_network", "worker",
    "rack_position", "agent", "tls_name", "ja3", "ja4", "algorithm", "coin", "machine_class",
)  # fmt: skip
"""Texts that may be null in the file; names that somebody chose are cut to what a column holds."""
LENGTHS: dict[str, int] = {
    field.name: field.max_length or 0 for field in EndpointSession._meta.fields if field.name in TEXTS
}


class ImportRefused(GridcanaryError):
    """A file that is not taken over; the message is for the person who brought it."""


def importing_posts(user: User) -> list[Membership]:
    """Posts in which a person may import findings."""
    return [post for post in user.memberships_now() if post.role in IMPORTERS]


def import_findings(
    path: Path, unit: Unit, *, user: User | None, name: str = "", admin_code: str = ""
) -> FindingsFile:
    """Take over the listed sessions of a file. The same file again changes nothing.

    Args:
        path: a Parquet file that ``network scan`` wrote.
        unit: for which department.
        user: who brings it; None for the nightly command, which the machine's owner runs.
        name: what people call the file; its own name when left out.
        admin_code: GB/T 2260 area that the sensor looks at; the department's when left out.

    Returns:
        The file's record; the first one where it was imported before.

    Raises:
        ImportRefused: no right, no findings file, plain addresses in it, or too many sessions.
    """
    if user is not None and unit.pk not in {post.unit_id for post in importing_posts(user)}:
        raise ImportRefused(
            _("You import findings only for a department in which you are officer or analyst.")
        )
    digest = _digest(path)
    known = FindingsFile.objects.filter(unit=unit, sha256=digest).first()
    return known or _taken_over(_listed(path), path, unit, digest, user, name, admin_code or unit.admin_code)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _listed(path: Path) -> tuple[pa.Table, int]:
    """The listed rows, all of pseudonyms, and how many rows there are in all."""
    try:
        table = read_findings(path)
    except InputError as error:
        raise ImportRefused(str(error)) from error
    listed = table.filter(pc.field("listed"))
    if listed.num_rows > MOST_LISTED:
        raise ImportRefused(
            _("%(rows)s listed sessions are more than a desk can work through; the most is %(most)s.")
            % {"rows": listed.num_rows, "most": MOST_LISTED}
        )
    for column in ("client", "server"):
        _refuse_plain(listed, column)
    return listed, table.num_rows


def _refuse_plain(listed: pa.Table, column: str) -> None:
    for row, end in enumerate(listed[column].to_pylist(), 1):
        if not PSEUDONYM.fullmatch(end):
            raise ImportRefused(
                _(
                    "Listed row %(row)s, column %(column)s: this is no pseudonym. Scan again without --plain-ends."
                )
                % {"row": row, "column": column}
            )


@transaction.atomic
def _taken_over(
    told: tuple[pa.Table, int], path: Path, unit: Unit, digest: str, user: User | None, name: str, area: str
) -> FindingsFile:
    listed, rows = told
    file = FindingsFile.objects.create(
        unit=unit,
        name=(name or path.name)[:200],
        sha256=digest,
        admin_code=area,
        session_count=rows,
        listed_count=listed.num_rows,
        new_count=0,
        imported_by=user,
    )
    for batch in listed.to_batches(max_chunksize=CHUNK):
        file.new_count += _store(batch.to_pylist(), file)
    file.save(update_fields=["new_count"])
    renew_days(list(file.sessions.order_by().values_list("endpoint_id", flat=True).distinct()))
    record(
        "network.imported",
        actor=user,
        unit_code=unit.code,
        body={"file": file.pk, "sha256": digest, "sessions": rows, "listed": listed.num_rows,
              "new": file.new_count},
    )  # fmt: skip
    return file


def _store(rows: list[dict[str, Any]], file: FindingsFile) -> int:
    """Store sessions that aren't there yet; how many those are."""
    endpoints = _endpoints(rows, file)
    known = set(
        EndpointSession.objects.filter(
            endpoint__in=endpoints.values(), session_id__in=[row["session_id"] for row in rows]
        ).values_list("endpoint_id", "session_id")
    )
    new = {
        (endpoints[row["client"]].pk, row["session_id"]): row
        for row in rows
        if (endpoints[row["client"]].pk, row["session_id"]) not in known
    }
    accounts = _accounts(new.values(), endpoints)
    EndpointSession.objects.bulk_create(
        _session(row, endpoints[row["client"]], accounts.get((row["client"], row["account"])), file)
        for row in new.values()
    )
    return len(new)


def _endpoints(rows: list[dict[str, Any]], file: FindingsFile) -> dict[str, Endpoint]:
    """Endpoints by pseudonym, made where they are missing, their times stretched."""
    spans: dict[str, tuple[Any, Any]] = {}
    for row in rows:
        first, last = spans.get(row["client"], (row["first_seen"], row["last_seen"]))
        spans[row["client"]] = min(first, row["first_seen"]), max(last, row["last_seen"])
    found = {one.pseudonym: one for one in Endpoint.objects.filter(unit=file.unit, pseudonym__in=spans)}
    for one in found.values():
        first, last = spans[one.pseudonym]
        one.first_seen, one.last_seen = min(one.first_seen, first), max(one.last_seen, last)
        one.admin_code = one.admin_code or file.admin_code
    Endpoint.objects.bulk_update(found.values(), ["first_seen", "last_seen", "admin_code"])
    made = [
        Endpoint(unit=file.unit, pseudonym=name, admin_code=file.admin_code, first_seen=first, last_seen=last)
        for name, (first, last) in spans.items()
        if name not in found
    ]
    return {**found, **{one.pseudonym: one for one in Endpoint.objects.bulk_create(made)}}


def _accounts(
    rows: Iterable[Mapping[str, Any]], endpoints: Mapping[str, Endpoint]
) -> dict[tuple[str, str], EndpointAccount]:
    """Accounts by pseudonym and name, made where they are missing."""
    found: dict[tuple[str, str], EndpointAccount] = {}
    for row in rows:
        key = (row["client"], row["account"])
        if not row["account"] or key in found:
            continue
        endpoint = endpoints[row["client"]]
        index = blind_index(EndpointAccount, "account", row["account"])
        known = EndpointAccount.objects.filter(endpoint=endpoint, account_index=index).first()
        found[key] = known or EndpointAccount.objects.create(endpoint=endpoint, account=row["account"])
    return found


def _session(
    row: Mapping[str, Any], endpoint: Endpoint, account: EndpointAccount | None, file: FindingsFile
) -> EndpointSession:
    return EndpointSession(
        endpoint=endpoint, file=file, account=account, synchronous_with=list(_ends(row["synchronous_with"])),
        **{name: row[name] for name in COPIED},
        **{name: without_accounts(row[name]) for name in ("reasons", "innocent")},
        **{name: (row[name] or "")[: LENGTHS[name]] for name in TEXTS},
    )  # fmt: skip


def without_accounts(stored: str) -> str:
    """Stored reasons in which the pool account is masked: in clear it lies encrypted alone.

    Args:
        stored: JSON text, as contracts.reasons writes it.
    """
    return dump_reasons(
        [
            Reason(
                one.code,
                {
                    name: masked(str(value), "account") if name == "account" else value
                    for name, value in one.params.items()
                },
            )
            for one in load_reasons(stored)
        ]
    )


def _ends(text: str) -> Iterator[str]:
    yield from PSEUDONYM.findall(text)
