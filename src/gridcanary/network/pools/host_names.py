"""What the labels of a host's name tell of its use: a place to work, a web site, a seed of nodes."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml

_WORDS = re.compile(r"[a-z]+")
_FEW_DIGITS = re.compile(r"\d{1,2}$")
_MINING = re.compile(r"pool|min(?:e|ing|ter|ers)|hash|stratum")
_SECOND_LEVEL = frozenset({"co", "com", "net", "org", "gov", "edu", "ac", "or", "ne"})


@cache
def words_for(use: str) -> frozenset[str]:
    """Words that tell of a use: ``work``, ``work_alone``, ``place``, ``web`` or ``seed``."""
    text = resources.files("gridcanary.network.pools").joinpath("host_words.yaml").read_text("utf-8")
    return frozenset(yaml.safe_load(text)[use].split())


def clean_host(text: str) -> str:
    """A host name as the list keeps it: lower case, without a final dot.

    >>> clean_host("Pool.Example.COM.")
    'pool.example.com'
    """
    return text.strip().lower().rstrip(".")


def parents(host: str) -> list[str]:
    """The name and all that it is under, down to two labels.

    >>> parents("a.b.example.com")
    ['a.b.example.com', 'b.example.com', 'example.com']
    """
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(max(1, len(labels) - 1))]


def own_labels(host: str) -> list[str]:
    """The labels that stand before what a registrar sells, by the common form of such names.

    >>> own_labels("xmr-eu1.nanopool.org"), own_labels("pool.gntl.co.uk"), own_labels("f2pool.com")
    (['xmr-eu1'], ['pool'], [])
    """
    labels = host.split(".")
    sold = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return labels[: max(0, len(labels) - sold)]


def words_of(labels: list[str]) -> set[str]:
    """The words in labels, digits and hyphens apart.

    >>> sorted(words_of(["xmr-eu1"]))
    ['eu', 'xmr']
    """
    return {word for label in labels for word in _WORDS.findall(label)}


def is_web(labels: list[str]) -> bool:
    """Whether labels name a web server, a mail server or the like.

    >>> is_web(["www2"]), is_web(["xmr-eu1"]), is_web(["ns5007765"])
    (True, False, False)
    """
    return bool(labels) and any(
        _FEW_DIGITS.sub("", part) in words_for("web") for part in labels[0].split("-")
    )


def is_work(labels: list[str], use: str = "work") -> bool:
    """Whether labels name a host to work at.

    Args:
        labels: those before the operator's domain.
        use: whose words count: ``work``, or ``work_alone`` beneath the domain of a firm that has other trades too.
    """
    return not is_web(labels) and bool(words_of(labels) & words_for(use))


def is_place(labels: list[str]) -> bool:
    """Whether labels name a place, as those of work hosts often do.

    >>> is_place(["us1"]), is_place(["www"])
    (True, False)
    """
    return not is_web(labels) and bool(words_of(labels) & words_for("place"))


def is_miners_domain(host: str) -> bool:
    """Whether a domain's own name says that its owner lives by mining; exchanges that run a pool beside don't.

    >>> is_miners_domain("f2pool.com"), is_miners_domain("okex.com")
    (True, False)
    """
    return _MINING.search(host) is not None


def is_seed(host: str) -> bool:
    """Whether a name is one by which nodes of a coin find each other."""
    return bool(words_of(own_labels(host)[:1]) & words_for("seed"))
