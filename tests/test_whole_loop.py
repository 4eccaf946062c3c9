"""A case goes from the lead to its filing through the real actions of every room, in each pack, with nothing faked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gridcanary import packs
from gridcanary.accounts.actions import renew_demo_user
from gridcanary.accounts.models import User
from gridcanary.casework import gates, law, loop
from gridcanary.casework.actions import cases, stages
from gridcanary.casework.actions.cases import LeadFacts, SiteFacts, open_case
from gridcanary.casework.actions.stages import GateClosed
from gridcanary.casework.models import Case
from gridcanary.console.demo_cases import inspection, papers, rectify, ways
from gridcanary.console.demo_cases.people import Cast, bring_in
from gridcanary.custody.actions import export_case
from gridcanary.custody.checking import verify_all
from gridcanary.documents.papers import files_for_export
from gridcanary.enforcement.actions import money
from gridcanary.enforcement.models import EntryKind
from gridcanary.evidence.verification import verify_bag
from gridcanary.fieldwork.actions import devices
from gridcanary.fieldwork.models import DeviceKind
from gridcanary.watch.actions.visits import record_visit
from gridcanary.watch.models import WatchResult, WatchVisit

STAGES = ["lead", "discover", "investigate", "rectify", "account", "watch", "closed"]
