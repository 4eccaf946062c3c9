"""SimBench low-voltage networks and their power flow for many hours at once.

pandapower builds the network and its admittance matrix; the flow of all hours together is solved by the
implicit Z-bus iteration ``V = V0 + Z conj(S / V)`` (constant power, balanced), which converges to the same
solution as its Newton-Raphson; :func:`largest_difference` checks that against pandapower itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandapower as pp
import simbench

ITERATIONS = 12


@dataclass(frozen=True)
class Network:
    """One low-voltage network with a year of hourly load.

    Args:
        code: SimBench code.
        net: the pandapower network.
        load_w: (customers, hours) active power of a year [W], PV at the premises taken off.
        reactive_ratio: (customers,) reactive over active power.
        bus: (customers,) row of each customer's bus in the admittance matrix.
        impedance: inverse of the admittance matrix without the slack row [ohm in per unit].
        open_v: no-load voltages of those buses [per unit].
        to_side: the transformer's row of the to-side branch admittance.
        others: rows of the admittance matrix that are not the slack.
        slack: the slack's row and voltage.
        base_w: per-unit base [W].
    """

    code: str
    net: object
    load_w: np.ndarray
    reactive_ratio: np.ndarray
    bus: np.ndarray
    impedance: np.ndarray
    open_v: np.ndarray
    to_side: np.ndarray
    to_bus: int
    others: np.ndarray
    slack: tuple[int, complex]
    base_w: float


def read_network(code: str) -> Network:
    """Build a network; its profiles come with the simbench package."""
    net = simbench.get_simbench_net(code)
    pp.runpp(net, numba=False)
    internal = net._ppc["internal"]
    ybus = internal["Ybus"].toarray()
    slack = int(internal["ref"][0])
    others = np.setdiff1d(np.arange(len(ybus)), [slack])
    v_slack = complex(internal["V"][slack])
    impedance = np.linalg.inv(ybus[np.ix_(others, others)])
    open_v = -impedance @ ybus[others, slack] * v_slack
    row = len(net.line)
    to_side = internal["Yt"].toarray()[row]
    to_bus = int(internal["branch"][row, 1].real)
    lookup = net._pd2ppc_lookups["bus"]
    position = np.full(len(ybus), -1)
    position[others] = np.arange(len(others))
    bus = position[lookup[net.load.bus.to_numpy()]]
    ratio = (net.load.q_mvar / net.load.p_mw.clip(lower=1e-9)).clip(-1, 1).to_numpy()
    return Network(
        code,
        net,
        _year_of_load(net),
        ratio,
        bus,
        impedance,
        open_v,
        to_side,
        to_bus,
        others,
        (slack, v_slack),
        float(net.sn_mva) * 1e6,
    )


def _year_of_load(net: object) -> np.ndarray:
    profile = net.profiles["load"]
    load = (
        np.array([profile[f"{n}_pload"].to_numpy() for n in net.load.profile])
        * net.load.p_mw.to_numpy()[:, None]
    )
    if len(net.sgen):
        source = net.profiles["renewables"]
        for bus, name, size in zip(net.sgen.bus, net.sgen.profile, net.sgen.p_mw, strict=True):
            customers = np.flatnonzero(net.load.bus.to_numpy() == bus)
            if len(customers):
                load[customers[0]] -= source[name].to_numpy() * size
    hours = load.shape[1] // 4
    return load[:, : hours * 4].reshape(len(load), hours, 4).mean(axis=2) * 1e6


def supplied_w(network: Network, load_w: np.ndarray, tap_bus: int | None, tap_w: np.ndarray) -> np.ndarray:
    """Power that the master meter on the low-voltage side of the transformer sees.

    Args:
        network: from :func:`read_network`.
        load_w: (customers, hours) real use of the customers, by-passed or not [W].
        tap_bus: customer whose bus the unmetered tap hangs on, None for no tap.
        tap_w: (hours,) of the tap [W].

    Returns:
        (hours,) [W].
    """
    power = np.zeros((len(network.others), load_w.shape[1]), dtype=complex)
    np.add.at(power, network.bus, load_w * (1 + 1j * network.reactive_ratio[:, None]))
    if tap_bus is not None:
        power[network.bus[tap_bus]] += tap_w * (1 + 0.1j)
    voltage = solve(network, power)
    slack, v_slack = network.slack
    full = np.empty((len(network.others) + 1, power.shape[1]), dtype=complex)
    full[network.others], full[slack] = voltage, v_slack
    into = full[network.to_bus] * np.conj(network.to_side @ full)
    return -into.real * network.base_w


def solve(network: Network, power_w: np.ndarray) -> np.ndarray:
    """Voltages (buses, hours) [per unit] for the power taken at every bus [VA]."""
    taken = power_w / network.base_w
    voltage = np.repeat(network.open_v[:, None], taken.shape[1], axis=1)
    for _ in range(ITERATIONS):
        voltage = network.open_v[:, None] - network.impedance @ np.conj(taken / voltage)
    if np.abs(voltage).min() < 0.7:
        raise ValueError(f"{network.code}: the network cannot carry this load")
    return voltage


def largest_difference(network: Network, hours: np.ndarray) -> float:
    """Largest difference of the loss to pandapower's Newton-Raphson over some hours, as a share of the
    loss."""
    worst = 0.0
    load = network.load_w[:, hours]
    ours = supplied_w(network, load, None, np.zeros(len(hours))) - load.sum(axis=0)
    net = network.net
    net.sgen["in_service"] = False
    for column, loss_w in enumerate(ours):
        net.load["p_mw"] = load[:, column] / 1e6
        net.load["q_mvar"] = load[:, column] * network.reactive_ratio / 1e6
        pp.runpp(net, numba=False)
        theirs = (-net.res_trafo.p_lv_mw.sum() * 1e6) - load[:, column].sum()
        worst = max(worst, abs(loss_w - theirs) / theirs)
    return worst
