"""What can go wrong with somebody's server: it can't be reached, or it doesn't tell the truth."""

from __future__ import annotations

from gridcanary.contracts.errors import GridcanaryError


class SourceUnreachable(GridcanaryError):
    """A server that gives no answer, or none in time; trying again later may help."""

    def __init__(self, source: str, problem: str, remedy: str = "") -> None:
        self.source, self.problem, self.remedy = source, problem, remedy
        super().__init__(f"{source}: {problem}" + (f" ({remedy})" if remedy else ""))


class SourceLied(GridcanaryError):
    """An answer that does not hold when it is checked here; nothing of it was kept.

    Args:
        source: the server, without any credentials.
        subject: what was asked for: a block, a transaction, a branch.
        problem: what does not hold, with what was found and what was expected.
    """

    def __init__(self, source: str, subject: str, problem: str) -> None:
        self.source, self.subject, self.problem = source, subject, problem
        super().__init__(f"{source}: {subject}: {problem}; nothing of it was kept")
