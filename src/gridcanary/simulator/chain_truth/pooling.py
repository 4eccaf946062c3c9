"""A simulated pool: what it takes with its blocks, whom it owes, and how it pays."""

from __future__ import annotations

from collections.abc import Sequence

from gridcanary.chain.transactions import Transaction
from gridcanary.simulator.chain_truth.actors import LEAST_PAYOUT, Exchange, Miner, new_miner
from gridcanary.simulator.chain_truth.making import ChainMaker
from gridcanary.simulator.chain_truth.scenarios import Scenario
from gridcanary.simulator.chain_truth.wallets import BATCHER, CORE, FORMS, PHONE, Coin, Software, Wallet

FEE_PERMILLE = 20
DIRECT_SHARE = 0.02
"""Share of a pool's hash rate from which an OCEAN-like pool pays a miner in the coinbase itself."""


class Treasury:
    """The wallets that a pool, or several together, pay from.

    Which coins it takes first, whether it gathers its rewards into the paying wallet before, and into how many
    transactions it splits a day's payouts is drawn from the seed.
    """

    def __init__(self, maker: ChainMaker, owner: str, scenario: Scenario) -> None:
        chance = maker.chance
        self.maker, self.owner, self.scenario = maker, owner, scenario
        self.software: Software = chance.choice((CORE, BATCHER))
        self.rewards = Wallet(owner, chance.choice(FORMS), self.software)
        self.hot = Wallet(owner, chance.choice((self.rewards.form, "p2wpkh", "p2sh-p2wpkh")), self.software)
        self._choice = chance.choice(("random", "oldest", "largest", "smallest", "change_first"))
        self.gathers = chance.random() < 0.3
        self.batches = chance.choice((1, 1, 2, 3))
        self._turns = [maker.script(self.hot) for _ in range(3)]
        self._turn = 0

    @property
    def wallets(self) -> tuple[Wallet, Wallet]:
        """Where the coins are."""
        return self.rewards, self.hot

    def balance(self) -> int:
        """Satoshi that the next block may spend."""
        return sum(wallet.balance(self.maker.height + 1) for wallet in self.wallets)

    def change_scripts(self, count: int) -> list[bytes]:
        """Where the rest of a payment goes."""
        habit = self.scenario.change_habit
        if habit == "fresh":
            return [self.maker.script(self.hot) for _ in range(count)]
        self._turn += habit == "rotating"
        return [self._turns[(self._turn + at) % 3] for at in range(count)]

    def claims_for(self, satoshi: int) -> list[tuple[Wallet, Coin]]:
        """Coins that cover an amount and its fee; all where they fall short."""
        coins = [(wallet, coin) for wallet in self.wallets for coin in self.maker.spendable(wallet)]
        if self._choice == "random":
            self.maker.chance.shuffle(coins)
        elif self._choice == "change_first":
            coins.sort(key=lambda item: item[0] is not self.hot)
        elif self._choice != "oldest":
            coins.sort(key=lambda item: item[1].output.value, reverse=self._choice == "largest")
        chosen: list[tuple[Wallet, Coin]] = []
        total = 0
        for wallet, coin in coins:
            if total >= satoshi + 20_000 + 3_000 * len(chosen):
                break
            chosen.append((wallet, coin))
            total += coin.output.value
        return chosen

    def pay(self, recipients: Sequence[tuple[bytes, int]], changes: int = 1) -> Transaction | None:
        """Pay in one transaction; None where the coins fall short."""
        total = sum(value for _, value in recipients)
        claims = self.claims_for(total)
        covered = sum(coin.output.value for _, coin in claims)
        if not claims or covered < total + 15_000 + 4_000 * (len(claims) + len(recipients)):
            return None
        return self.maker.send(claims, recipients, self.change_scripts(changes))

    def gather(self) -> None:
        """Bring ripe rewards into the paying wallet, as pools do that keep the two apart."""
        coins = [(self.rewards, coin) for coin in self.maker.spendable(self.rewards)]
        if self.gathers and len(coins) > 2:
            self.maker.send(coins[:60], [], [self.maker.script(self.hot)])

    def move_to(self, script: bytes) -> None:
        """Send everything to one script, in batches that a transaction holds."""
        coins = [(wallet, coin) for wallet in self.wallets for coin in self.maker.spendable(wallet)]
        for at in range(0, len(coins), 60):
            self.maker.send(coins[at : at + 60], [], [script])


class Pool:
    """A pool with its miners and its books."""

    def __init__(
        self, maker: ChainMaker, name: str, treasury: Treasury, exchange: Exchange, miners: int
    ) -> None:
        self.maker, self.name, self.treasury, self.exchange = maker, name, treasury, exchange
        self.scenario = treasury.scenario
        self.reward_script = maker.script(treasury.rewards)
        self.ordered: dict[bytes, str] = {}
        self._numbered = 0
        self.miners: list[Miner] = []
        for _ in range(miners):
            self._join()
        self._staff = [
            maker.script(Wallet(f"{name}-staff{at}", "p2wpkh", PHONE)) for at in range(self.scenario.staff)
        ]
        self._suppliers = [
            maker.script(Wallet(f"{name}-supplier{at}", "p2sh-p2wpkh", PHONE)) for at in range(3)
        ]

    def _join(self) -> None:
        scenario = self.scenario
        name = f"{self.name}-miner{self._numbered}"
        self._numbered += 1
        self.miners.append(
            new_miner(self.maker, name, self.exchange, scenario.deposit_share, scenario.fresh_share)
        )

    def turn_over(self) -> None:
        """Some miners leave, new ones come."""
        for at in range(len(self.miners)):
            if self.maker.chance.random() < self.scenario.turnover:
                self.miners[at].owed = 0
                del self.miners[at]
                self._join()

    def find_block(self) -> None:
        """Find a block: take its reward, or share it in the coinbase, and owe the miners their part."""
        reward = self.maker.reward()
        outputs = [(self.reward_script, reward)]
        direct: dict[bytes, str] = {}
        shared = reward * (1000 - FEE_PERMILLE) // 1000
        total = sum(miner.weight for miner in self.miners)
        if self.scenario.way == "in_coinbase":
            outputs, direct = self._direct_outputs(reward, shared, total)
        for miner in self.miners:
            if miner.script not in direct:
                miner.owed += int(shared * miner.weight / total)
        tag = f"/{self.name}/".encode()
        made = self.maker.mine(self.name, tag, outputs)
        self.maker.book(made, self.name, direct)

    def _direct_outputs(
        self, reward: int, shared: int, total: float
    ) -> tuple[list[tuple[bytes, int]], dict[bytes, str]]:
        large = [miner for miner in self.miners if miner.weight >= DIRECT_SHARE * total]
        paid = [(miner.next_script(self.maker), int(shared * miner.weight / total)) for miner in large]
        rest = reward - sum(value for _, value in paid)
        return [(self.reward_script, rest), *paid], {miner.script: miner.name for miner in large}

    def pay_miners(self) -> None:
        """Pay every miner who is owed enough, in the scenario's way."""
        available = self.treasury.balance() * 95 // 100
        due: list[tuple[Miner, int]] = []
        for miner in sorted(self.miners, key=lambda one: one.owed):
            if LEAST_PAYOUT <= miner.owed <= available:
                available -= miner.owed
                due.append((miner, miner.owed))
        if len(due) < 2:
            return
        self.maker.chance.shuffle(due)
        way = {"peeling": self._peel, "indirect": self._pay_indirectly, "by_exchange": self._order}
        way.get(self.scenario.way, self._fan_out)(due)

    def _fan_out(self, due: list[tuple[Miner, int]]) -> None:
        batches = min(self.treasury.batches, len(due) // 3) or 1
        for number in range(batches):
            batch = due[number::batches]
            recipients = [(miner.next_script(self.maker), satoshi) for miner, satoshi in batch]
            made = self.treasury.pay(recipients, self.scenario.changes)
            if made is not None:
                self._book(made, batch)

    def _book(self, made: Transaction, due: list[tuple[Miner, int]]) -> None:
        self.maker.book(made, self.name, {miner.script: miner.name for miner, _ in due})
        for miner, satoshi in due:
            miner.owed -= satoshi

    def _peel(self, due: list[tuple[Miner, int]]) -> None:
        """A few miners a step, each step out of the last one's change."""
        maker, treasury = self.maker, self.treasury
        claims = treasury.claims_for(sum(satoshi for _, satoshi in due) + 60_000 * len(due))
        while due and claims:
            step, due = due[:4], due[4:]
            total = sum(satoshi for _, satoshi in step)
            if sum(coin.output.value for _, coin in claims) < total + 20_000 + 3_000 * len(claims):
                return
            change = maker.script(treasury.hot)
            made = maker.send(
                claims, [(miner.next_script(maker), satoshi) for miner, satoshi in step], [change]
            )
            self._book(made, step)
            claims = [
                (treasury.hot, coin) for coin in maker.spendable(treasury.hot) if coin.output.script == change
            ]

    def _pay_indirectly(self, due: list[tuple[Miner, int]]) -> None:
        """Move rewards to one output first, and pay out of that alone."""
        maker, treasury = self.maker, self.treasury
        total = sum(satoshi for _, satoshi in due)
        claims = treasury.claims_for(total + 100_000 + 5_000 * len(due))
        if sum(coin.output.value for _, coin in claims) < total + 120_000 + 6_000 * (len(due) + len(claims)):
            return
        between = maker.script(treasury.hot)
        maker.send(claims, [], [between])
        coins = [
            (treasury.hot, coin) for coin in maker.spendable(treasury.hot) if coin.output.script == between
        ]
        recipients = [(miner.next_script(maker), satoshi) for miner, satoshi in due]
        self._book(maker.send(coins, recipients, [maker.script(treasury.hot)]), due)

    def _order(self, due: list[tuple[Miner, int]]) -> None:
        """Leave it to the exchange: rewards go to a deposit address, miners are among its withdrawals."""
        self.treasury.move_to(self.exchange.deposit_script())
        for miner, satoshi in due:
            script = miner.next_script(self.maker)
            self.exchange.orders.append((script, satoshi))
            self.ordered[script] = miner.name
            miner.owed -= satoshi

    def trade(self) -> None:
        """Sell some of the fee to the exchange, and order as much as is missing to the paying wallet."""
        chance = self.maker.chance
        balance = self.treasury.balance()
        if balance > 200_000_000 and chance.random() < 0.4:
            self.treasury.pay([(self.exchange.deposit_script(), balance // 20)])
        if chance.random() < 0.4:
            self.exchange.orders.append((self.maker.script(self.treasury.hot), chance.randint(10**7, 10**8)))

    def pay_staff(self) -> None:
        """Salaries, fixed in money and hence odd in coins."""
        self.treasury.pay(
            [(script, self.maker.chance.randint(3_000_000, 6_000_000)) for script in self._staff]
        )

    def pay_supplier(self) -> None:
        """One bill."""
        script = self.maker.chance.choice(self._suppliers)
        self.treasury.pay([(script, self.maker.chance.randint(10_000_000, 60_000_000))])
