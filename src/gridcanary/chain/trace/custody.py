"""What a trace learns of services' own scripts: by label, by common spending, by gathering into one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from gridcanary.chain.history import Confirmed
from gridcanary.chain.networks import Network
from gridcanary.chain.spenders import spent_script
from gridcanary.chain.trace.services import MINER, UNRESOLVED, Service, ServiceBook
from gridcanary.contracts.reasons import Parameter, Reason

COSPENT, GATHERED = 90, 70
"""Confidence [per cent] that inputs of one payment have one owner (no CoinJoin), and that one output of several
inputs stays with their owner. A label is as sure as its source; a conclusion is never surer than what it rests on."""


class Role(StrEnum):
    """By what a script is held to be a service's."""

    LABEL = "label"
    COSPENT = "cospent"
    GATHERED = "gathered"
    DEPOSIT = "deposit"


HOT = frozenset({Role.LABEL, Role.GATHERED})
"""Roles of scripts that a service may sweep its customers' deposits into."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A service that holds a script.

    Args:
        role: by what it is held to be the service's.
        reason: what was seen.
        confidence: how sure [per cent].
    """

    service: Service
    role: Role
    reason: Reason
    confidence: int


class Custody:
    """Services' scripts, the labelled ones and those that payments show.

    Args:
        network: where scripts that an input spends are read from the input itself, if it is all there is.
        book: labels.
        own: the case's own scripts; a label that calls them a miner's doesn't end what is traced from them.
    """

    def __init__(self, network: Network, book: ServiceBook, own: Collection[bytes] = ()) -> None:
        self._network, self._book, self._own = network, book, frozenset(own)
        self._learnt: dict[bytes, Owner] = {}

    def owner_of_script(self, script: bytes) -> Owner | None:
        """The service that holds a script, by label before anything learnt; None where nothing tells."""
        service = self._book.service_of(script)
        if service is None or not service.ends_trace or (service.category == MINER and script in self._own):
            return self._learnt.get(script)
        told = Reason("trace.label", {"service": service.name, "source": service.source})
        return Owner(service, Role.LABEL, told, 100)

    def label_of(self, script: bytes) -> Service | None:
        """What labels alone say of a script, whether it ends a trace or not."""
        return self._book.service_of(script)

    def owner_of_payment(self, one: Confirmed) -> Owner | None:
        """The service that makes a payment, if one of its inputs is known to be a service's; learns from it.

        All inputs of a payment that is no CoinJoin are one owner's (Meiklejohn et al. 2013), and where several
        scripts pay a single one with no change, the owner gathers his own. The caller excludes CoinJoins.
        """
        scripts = self.spent_scripts(one)
        owners = [owner for script in scripts if (owner := self.owner_of_script(script)) is not None]
        if not owners:
            return None
        service = _agreed({owner.service for owner in owners})
        confidence = min(COSPENT, max(owner.confidence for owner in owners))
        told: dict[str, Parameter] = {
            "service": service.name,
            "txid": one.transaction.shown_id,
            "inputs": len(scripts),
        }
        found = Owner(service, Role.COSPENT, Reason("trace.cospent", told), confidence)
        if service.category != UNRESOLVED:
            self._learn(one, scripts, found)
        return found

    def hot_owner_of_outputs(self, one: Confirmed, labelled_only: bool = False) -> Service | None:
        """The one service whose own wallets get all that a payment pays; None where it pays anybody else.

        Args:
            one: the payment.
            labelled_only: whether wallets that were only concluded don't count.
        """
        roles = {Role.LABEL} if labelled_only else HOT
        owners = [self.owner_of_script(output.script) for output in one.transaction.outputs]
        services = {owner.service for owner in owners if owner is not None and owner.role in roles}
        all_hot = all(owner is not None and owner.role in roles for owner in owners)
        return services.pop() if all_hot and len(services) == 1 else None

    def spent_scripts(self, one: Confirmed) -> list[bytes]:
        """The different scripts that a payment spends, in the order of its inputs, as far as known."""
        told = (spent_script(claim, self._network) for claim in one.transaction.inputs)
        return list(dict.fromkeys(script for script in told if script is not None))

    def set_owner(self, script: bytes, owner: Owner) -> None:
        """Notes a script that was recognised by what it does."""
        self._learnt.setdefault(script, owner)

    def _learn(self, one: Confirmed, scripts: list[bytes], found: Owner) -> None:
        for script in scripts:
            if self.owner_of_script(script) is None:
                self._learnt[script] = found
        outputs = one.transaction.outputs
        if len(outputs) == 1 and len(scripts) > 1 and self.owner_of_script(outputs[0].script) is None:
            told = Reason("trace.gathered", dict(found.reason.params))
            self._learnt[outputs[0].script] = Owner(
                found.service, Role.GATHERED, told, min(GATHERED, found.confidence)
            )


def _agreed(services: set[Service]) -> Service:
    """The service that all name, or an unresolved one that says which are named."""
    names = sorted({service.name for service in services})
    if len(names) == 1:
        return min(services, key=lambda service: (service.category, service.source))
    return Service(" / ".join(names), UNRESOLVED)
