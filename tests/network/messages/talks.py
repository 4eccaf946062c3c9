"""Short talks of each dialect, as the documents of the dialects write them."""

from __future__ import annotations

from tests.network.messages.streams import DOWN, UP, Said, line

WALLET = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
MONERO = "4BCeEPhodgPMbPWFN1dPwhWXdRX8q4mhhdZdA1dtSMLTLCEYvAj9QXjXAfF7CugEbmfBhgkqHbdgK9b2wKA6nqRZQCgvCDm"
ETHER = "0x9c99d212f7e5daa18ab50810e0fd255d1f04303b"
TARGET = 0x0000000112E0BE826D694B2E62D01511F12A6061FBAEC8BC02357593E70E52BA
COINBASE = (
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d0329080809426974"
)
PREVIOUS = "4d16b6f85af6e2198f44ae2a6de67f78487ae5611b77c6c0440b921e00000000"


def notify(job: str, clean: bool = True, previous: str = PREVIOUS) -> bytes:
    """A job of Stratum v1."""
    params = [
        job,
        previous,
        COINBASE,
        "072f736c7573682f",
        ["aa" * 32],
        "20000000",
        "17034219",
        "504e86ed",
        clean,
    ]
    return line(id=None, method="mining.notify", params=params)


def stratum(shares: int = 3, difficulty: float = 2.0) -> list[Said]:
    """Subscription, authorisation, a job and shares a second apart, accepted."""
    said = [
        (UP, 0.0, line(id=1, method="mining.subscribe", params=["cgminer/4.12.0"])),
        (DOWN, 0.1, line(id=1, result=[[["mining.notify", "1"]], "08000002", 4], error=None)),
        (UP, 0.2, line(id=2, method="mining.authorize", params=[f"{WALLET}.rig-07", "x"])),
        (DOWN, 0.3, line(id=2, result=True, error=None)),
        (DOWN, 0.4, line(id=None, method="mining.set_difficulty", params=[difficulty])),
        (DOWN, 0.5, notify("a1")),
    ]
    for number in range(shares):
        submit = [f"{WALLET}.rig-07", "a1", "00000001", "504e86ed", f"{number:08x}"]
        said.append((UP, 1.0 + number, line(id=10 + number, method="mining.submit", params=submit)))
        said.append((DOWN, 1.5 + number, line(id=10 + number, result=True, error=None)))
    return said


def cryptonote(shares: int = 3, target: str = "ffff0000") -> list[Said]:
    """Login, a job in its answer, shares accepted."""
    job = {"blob": "0e0e" * 38, "job_id": "J1", "target": target, "height": 2349732, "algo": "rx/0"}
    login = {"login": f"{MONERO}.ryzen", "pass": "secret", "agent": "XMRig/6.12.1", "algo": ["rx/0"]}
    said = [
        (UP, 0.0, line(id=1, jsonrpc="2.0", method="login", params=login)),
        (DOWN, 0.1, line(id=1, jsonrpc="2.0", result={"id": "8006", "job": job, "status": "OK"}, error=None)),
    ]
    for number in range(shares):
        proof = {"id": "8006", "job_id": "J1", "nonce": f"{number:08x}", "result": "ab" * 32}
        said.append((UP, 1.0 + number, line(id=2 + number, jsonrpc="2.0", method="submit", params=proof)))
        said.append(
            (DOWN, 1.5 + number, line(id=2 + number, jsonrpc="2.0", result={"status": "OK"}, error=None))
        )
    return said


def eth_proxy(shares: int = 3) -> list[Said]:
    """Login, work asked for and shares on it."""
    work = [
        "0x" + "a1" * 32,
        "0x" + "b2" * 32,
        "0x0000000112e0be826d694b2e62d01511f12a6061fbaec8bc02357593e70e52ba",
    ]
    said = [
        (UP, 0.0, line(id=2, method="eth_submitLogin", params=[f"{ETHER}.rig2", "x"], worker="eth1.0")),
        (DOWN, 0.1, line(id=2, jsonrpc="2.0", result=True)),
        (UP, 0.2, line(id=3, method="eth_getWork", params=[])),
        (DOWN, 0.3, line(id=3, jsonrpc="2.0", result=[*work, "0x492609"])),
    ]
    for number in range(shares):
        proof = [f"0x{number:016x}", work[0], "0x" + "c3" * 32]
        said.append((UP, 1.0 + number, line(id=4, method="eth_submitWork", params=proof)))
        said.append((DOWN, 1.5 + number, line(id=4, jsonrpc="2.0", result=True)))
    return said


TALKS = {"stratum_v1": stratum, "cryptonote": cryptonote, "eth_proxy": eth_proxy}
