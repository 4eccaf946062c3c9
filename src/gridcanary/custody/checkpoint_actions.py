"""The only writers of checkpoints and of what others sign to them."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gridcanary.contracts.errors import GridcanaryError
from gridcanary.custody.events import Checkpoint, CheckpointMark, MarkKind, StoredHashes
from gridcanary.custody.log_actions import lock_log
from gridcanary.custody.places import keys_folder, log_key, witness_keys
from gridcanary.custody.queries import cosigned_size, latest_checkpoint, log_size
from gridcanary.evidence.checkpoint import Checkpoint as SignedCheckpoint
from gridcanary.evidence.errors import NoteFault, ProofFault
from gridcanary.evidence.merkle import consistency_proof, root
from gridcanary.evidence.note import Note, NoteSignature
from gridcanary.evidence.timestamp import Authority, authority
from gridcanary.evidence.witness import WitnessRequest, parse_cosignatures

CHECKPOINTS_LOOKED_AT = 100
"""An answer may come back days after the request, when newer checkpoints are there."""


class LogBroken(GridcanaryError):
    """The stored log is not the one that was signed before."""


class NothingToSign(GridcanaryError):
    """There is no event, or no checkpoint, yet."""

    def __init__(self) -> None:
        super().__init__("the log is empty; there is nothing to sign yet")


@transaction.atomic
def checkpoint() -> Checkpoint:
    """Sign the log as it is now.

    Returns:
        The new checkpoint; the last one where nothing was added since.

    Raises:
        NothingToSign: no events.
        LogBroken: the log no longer begins with what was signed last, so nothing is signed.
    """
    lock_log()
    size, last = log_size(), latest_checkpoint()
    if size == 0 and last is None:
        raise NothingToSign
    if last is not None:
        if not _begins_with(last, size):
            raise LogBroken(
                f"the log does not begin with the {last.size} events that were signed at {last.made_at:%F %T}; "
                "run: gridcanary evidence verify --home … to see where"
            )
        if size == last.size:
            return last
    key = log_key()
    signed = SignedCheckpoint(key.name, size, root(StoredHashes(), size))
    made = Checkpoint(size=size, root=signed.root, note_text=str(signed.signed(key)), made_at=timezone.now())
    made.save()
    return made


def _begins_with(last: Checkpoint, size: int) -> bool:
    """Whether the tree still leads to the root that was signed last; only verification reads each event again."""
    try:
        return size >= last.size and root(StoredHashes(), last.size) == bytes(last.root)
    except ProofFault:
        return False


def stamp(signed: Checkpoint, by: Authority | None = None) -> CheckpointMark:
    """Have a checkpoint time-stamped.

    Args:
        signed: the checkpoint.
        by: who stamps; as the settings say where None.

    Returns:
        The stored stamp.

    Raises:
        TimestampFault: the authority gave none that fits.
    """
    stamping = by or authority(settings.GRIDCANARY_TSA_URL, keys_folder())
    token = stamping.stamp(signed.note.text.encode())
    kind = MarkKind.TIMESTAMP if stamping.independent else MarkKind.OWN_TIMESTAMP
    mark = CheckpointMark(
        checkpoint=signed, kind=kind, signer=stamping.name[:200], content=token, added_at=timezone.now()
    )
    mark.save()
    return mark


def witness_request(witness: str, signed: Checkpoint) -> WitnessRequest:
    """What to send to a witness: the checkpoint, and the proof from the last one that it cosigned.

    Args:
        witness: name of its key.
        signed: the checkpoint.
    """
    old_size = cosigned_size(witness, signed.size)
    proof = consistency_proof(StoredHashes(), old_size, signed.size)
    return WitnessRequest(old_size, tuple(proof), signed.note)


@transaction.atomic
def cosign(text: str) -> list[CheckpointMark]:
    """Keep what a witness sent back.

    Args:
        text: signature lines, or the checkpoint with them.

    Returns:
        The stored cosignatures.

    Raises:
        NothingToSign: no checkpoint.
        EvidenceError: by no witness that is known here, or not of any checkpoint of this log.
    """
    recent = list(Checkpoint.objects.order_by("-size")[:CHECKPOINTS_LOOKED_AT])
    if not recent:
        raise NothingToSign
    fitting, signatures = _fitting(text, recent)
    marks = [
        CheckpointMark(
            checkpoint=fitting,
            kind=MarkKind.COSIGNATURE,
            signer=signature.name[:200],
            content=signature.line().encode(),
            added_at=timezone.now(),
        )
        for signature in signatures
    ]
    for mark in marks:
        mark.save()
    return marks


def _fitting(text: str, recent: list[Checkpoint]) -> tuple[Checkpoint, list[NoteSignature]]:
    keys = witness_keys()
    for number, candidate in enumerate(recent, 1):
        try:
            return candidate, parse_cosignatures(text, candidate.note, keys)
        except NoteFault:
            if number == len(recent):
                raise
    raise NothingToSign


def full_note(signed: Checkpoint) -> Note:
    """A checkpoint's note with the cosignatures that came since."""
    marks = signed.marks.filter(kind=MarkKind.COSIGNATURE)
    return signed.note.plus(*(NoteSignature.parse(bytes(mark.content).decode()) for mark in marks))
