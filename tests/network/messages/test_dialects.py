"""Forms of jobs, targets and logins that tell one coin from another, as the dialects' documents write them."""

from __future__ import annotations

import pytest

from gridcanary.network.messages.users import LONGEST_NAME, login_of, plain, worker_in
from tests.network.messages.streams import DOWN, UP, Said, dialogue, line
from tests.network.messages.talks import ETHER, MONERO, PREVIOUS, WALLET, notify

HASH = "5a" * 32
TARGET = "00000000ffff" + "00" * 26


def job(*params: object) -> bytes:
    """A mining.notify."""
    return line(id=None, method="mining.notify", params=list(params))


def litecoins(name: str) -> bytes:
    """A mining.notify of Litecoin: blocks are named by SHA-256d, their target is that of 2024."""
    return notify(name, previous="5a" * 32).replace(b"17034219", b"1934fa0b")


@pytest.mark.parametrize(
    ("text", "algorithm"),
    [
        pytest.param(notify("a"), "sha256d", id="bitcoin"),
        pytest.param(litecoins("a"), "scrypt", id="litecoin-blocks-are-named-otherwise"),
        pytest.param(notify("a", previous="5a" * 32), "sha256d", id="too-hard-for-litecoin-and-made-unknown"),
        pytest.param(
            notify("a").replace(b"17034219", b"1a034219"), None, id="an-easy-chain-named-by-its-work"
        ),
        pytest.param(
            job("a", "04000000", HASH, HASH, HASH, "a9cc405a", "09d8151c", True), "equihash", id="zcash"
        ),
        pytest.param(job("a", HASH, HASH, TARGET, True, 2_500_000, "1b00ffff"), "kawpow", id="ravencoin"),
        pytest.param(job("a", [1, 2, 3, 4], 1_700_000_000_000), "kheavyhash", id="kaspa-numbers"),
        pytest.param(job("a", "5a" * 40, 1_700_000_000_000), "kheavyhash", id="kaspa-bytes"),
        pytest.param(job("a", HASH, HASH, True), "ethash", id="ethereum-stratum"),
        pytest.param(job(), None, id="empty"),
        pytest.param(job({"job": 1}, None, 3), None, id="strange"),
    ],
)
def test_the_form_of_a_job_tells_the_algorithm(text, algorithm):
    found = dialogue([(DOWN, 0.0, text)])
    assert (found.family, found.algorithm, len(found.jobs_ns)) == ("stratum_v1", algorithm, 1)


def submitted(*before: bytes) -> float:
    """Hashes of a share that follows the server's messages."""
    said: list[Said] = [(DOWN, float(place), text) for place, text in enumerate(before)]
    said.append((UP, 9.0, line(id=4, method="mining.submit", params=["w.1", "a", "0", "0", "1"])))
    return float(dialogue(said).shares.hashes[0])


def difficulty(value: object) -> bytes:
    """A mining.set_difficulty."""
    return line(id=None, method="mining.set_difficulty", params=[value])


@pytest.mark.parametrize(
    ("before", "hashes"),
    [
        pytest.param([difficulty(512), notify("a")], 512 * 2.0**32, id="bitcoin"),
        pytest.param([difficulty(0.125), notify("a")], 2.0**29, id="below-one"),
        pytest.param([difficulty("2e3"), notify("a")], 2000 * 2.0**32, id="as-text"),
        pytest.param([difficulty(512), litecoins("a")], 512 * 2.0**16, id="scrypt"),
        pytest.param(
            [line(id=None, method="mining.set_target", params=["00" * 4 + "ff" * 28])],
            2.0**32,
            id="set-target",
        ),
        pytest.param(
            [line(id=None, method="mining.set", params={"target": "00" * 4 + "ff" * 28})], 2.0**32, id="set"
        ),
        pytest.param([job("a", HASH, HASH, TARGET, True, 5, "1b00ffff")], 2.0**48 / 0xFFFF, id="in-the-job"),
        pytest.param(
            [difficulty(1), difficulty(0), difficulty(-3), difficulty("x"), difficulty(None)],
            2.0**32,
            id="junk",
        ),
    ],
)
def test_what_a_share_is_worth(before, hashes):
    assert submitted(*before) == pytest.approx(hashes, rel=1e-9)


def cryptonote_job(**job: object) -> bytes:
    """A CryptoNote job."""
    params = {"blob": "0e0e" * 38, "job_id": "J", "target": "ffff0000", **job}
    return line(jsonrpc="2.0", method="job", params=params)


@pytest.mark.parametrize(
    ("text", "algorithm"),
    [
        pytest.param(cryptonote_job(algo="rx/0"), "randomx", id="monero"),
        pytest.param(cryptonote_job(algo="cn/r"), "cryptonight", id="cryptonight"),
        pytest.param(cryptonote_job(algo="gr"), "ghostrider", id="ghostrider"),
        pytest.param(cryptonote_job(seed_hash="ab" * 32), "randomx", id="seed"),
        pytest.param(cryptonote_job(algo="new/1"), None, id="unknown"),
        pytest.param(cryptonote_job(algo=7), None, id="strange"),
    ],
)
def test_the_algorithm_of_a_cryptonote_job(text, algorithm):
    assert dialogue([(DOWN, 0.0, text)]).algorithm == algorithm


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            line(type="job", params={"job_id": "J", "blob": "0e0e" * 38, "target": "ffffff00"}),
            id="browser-type",
        ),
        pytest.param(
            line(
                jsonrpc="2.0",
                method="job",
                params={"pre_pow": "00" * 40, "height": 5, "job_id": 1, "difficulty": 4},
            ),
            id="grin",
        ),
        pytest.param(
            line(jsonrpc="2.0", method="job", id="7", input="ab" * 32, height=5, difficulty=4), id="beam"
        ),
    ],
)
def test_kin_of_cryptonote(said):
    found = dialogue([(DOWN, 0.0, said)])
    assert (found.family, len(found.jobs_ns)) == ("cryptonote", 1)


@pytest.mark.parametrize(
    ("when_s", "algorithm"), [(1_514_196_094, "cryptonight"), (1_600_000_000, "randomx")]
)
def test_moneros_algorithm_by_the_day(when_s, algorithm):
    login = line(id=1, method="login", params={"login": MONERO, "pass": "x", "agent": "xmr-stak"})
    assert dialogue([(UP, float(when_s), login)]).algorithm == algorithm


@pytest.mark.parametrize(
    ("user", "worker"),
    [
        ("KJDTX008.10x1x1x24", "10x1x1x24"),
        ("someone", None),
        (f"{WALLET}", None),
        (f"{WALLET}.rig 7", "rig 7"),
        (f"{MONERO}.{'cb' * 32}.ryzen", "ryzen"),
        (f"{MONERO}+25000.ryzen", "ryzen"),
        (f"{ETHER}/rig/me@example.org", "rig"),
        ("", None),
        ("...", None),
    ],
)
def test_workers_names(user, worker):
    assert worker_in(user) == worker


@pytest.mark.parametrize("user", [None, 3, "", "\x00\x1b", ["a"]], ids=repr)
def test_what_is_no_login(user):
    assert login_of(0, user) is None


def test_names_are_one_printable_line():
    assert plain("a\x1b[31mb\nc") == "a[31mbc"
    assert plain("rig\u202e1\u200b\ufeff 矿") == "rig1 矿"
    assert len(plain("x" * 10_000)) == LONGEST_NAME


def test_previous_block_of_the_documents_example_ends_in_zeros():
    assert PREVIOUS.endswith("00000000")
