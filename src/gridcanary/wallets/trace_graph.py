"""The graph of a trace as far as it is opened: which nodes stand where, and which lines join them.

Columns are hops. A node stands in the column after the first opened node that leads to it. What is opened stands in
the address of the page, so every state can be pasted into a note.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlencode

from gridcanary.wallets.trace_book import Edge, TraceBook

FIRST_SHOWN = 6
"""How many followers an opened node shows before it is asked for more."""
MORE_SHOWN = 20
MOST_OPEN = 200
MOST_NODES = 1_500

NODE_WIDTH, NODE_HEIGHT = 172, 58
COLUMN, ROW = 250, 84
MARGIN = 12
THINNEST, THICKEST = 1.0, 12.0


@dataclass(frozen=True, slots=True)
class Opened:
    """What a page asks to be open.

    Args:
        nodes: ids, in the order in which they were opened.
        more: ids of nodes that show more of their followers, once for each time.
        rule: whose amounts the lines show.
    """

    nodes: tuple[str, ...]
    more: tuple[str, ...]
    rule: str

    def toggled(self, node: str) -> str:
        """The query after a click on a node."""
        nodes = tuple(one for one in self.nodes if one != node) if node in self.nodes else (*self.nodes, node)
        return self._query(nodes, self.more)

    def widened(self, node: str) -> str:
        """The query after asking for more followers of a node."""
        return self._query(self.nodes, (*self.more, node))

    def with_rule(self, rule: str) -> str:
        """The query under another rule."""
        return Opened(self.nodes, self.more, rule)._query(self.nodes, self.more)

    def _query(self, nodes: tuple[str, ...], more: tuple[str, ...]) -> str:
        pairs = [("rule", self.rule), *(("open", one) for one in nodes), *(("more", one) for one in more)]
        return urlencode(pairs if nodes else [*pairs, ("open", "")])


@dataclass(slots=True)
class Box:
    """A node on the page: its place in pixels, and what a click on it asks for."""

    id: str
    column: int
    row: int
    opened: bool
    followers: int
    query: str
    hidden: int = 0
    more_query: str = ""

    @property
    def x(self) -> int:
        """Left edge."""
        return MARGIN + self.column * COLUMN

    @property
    def y(self) -> int:
        """Upper edge."""
        return MARGIN + self.row * ROW


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two boxes: its way, its width, and the edge it draws."""

    way: str
    width: str
    edge: Edge


@dataclass(slots=True)
class Drawing:
    """The opened graph."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    cut: bool = False

    @property
    def width(self) -> int:
        """Of the picture [px]."""
        return 2 * MARGIN + NODE_WIDTH + COLUMN * max((box.column for box in self.boxes), default=0)

    @property
    def height(self) -> int:
        """Of the picture [px]."""
        return 2 * MARGIN + NODE_HEIGHT + ROW * max((box.row for box in self.boxes), default=0)


def draw(book: TraceBook, opened: Opened) -> Drawing:
    """Place the nodes that are open or follow an open one."""
    drawing = Drawing()
    placed: dict[str, Box] = {}
    rows: dict[int, int] = {}

    def place(node: str, column: int) -> None:
        row = rows.get(column, 0)
        rows[column] = row + 1
        followers = len(book.edges.get(node, ()))
        placed[node] = Box(node, column, row, node in opened.nodes, followers, opened.toggled(node))
        drawing.boxes.append(placed[node])

    for root in book.roots:
        place(root, 0)
    edges: list[Edge] = []
    at = 0
    while at < len(drawing.boxes):
        box = drawing.boxes[at]
        at += 1
        if not box.opened:
            continue
        several = book.edges.get(box.id, [])
        shown = several[: FIRST_SHOWN + MORE_SHOWN * opened.more.count(box.id)]
        box.hidden = len(several) - len(shown)
        box.more_query = opened.widened(box.id)
        for edge in shown:
            if edge.end not in placed:
                if len(placed) >= MOST_NODES:
                    drawing.cut = True
                    continue
                place(edge.end, box.column + 1)
            edges.append(edge)
    largest = max((edge.tainted.get(opened.rule, 0) for edge in edges), default=0)
    drawing.lines = [_line(edge, placed, opened.rule, largest) for edge in edges]
    return drawing


def _line(edge: Edge, placed: dict[str, Box], rule: str, largest: int) -> Line:
    start, end = placed[edge.start], placed[edge.end]
    x0, y0 = start.x + NODE_WIDTH, start.y + NODE_HEIGHT // 2
    x1, y1 = end.x, end.y + NODE_HEIGHT // 2
    bend = max(40, abs(x1 - x0) // 2)
    share = edge.tainted.get(rule, 0) / largest if largest else 0.0
    width = THINNEST + (THICKEST - THINNEST) * share
    return Line(f"M{x0} {y0} C{x0 + bend} {y0} {x1 - bend} {y1} {x1} {y1}", f"{width:.1f}", edge)


def opened_from(book: TraceBook, nodes: Collection[str], more: Collection[str], rule: str) -> Opened:
    """What a query asks for, of what there is; without any the wallets are open."""
    known = [one for one in dict.fromkeys(nodes) if one in book.nodes][:MOST_OPEN]
    wider = [one for one in more if one in book.nodes][:MOST_OPEN]
    return Opened(tuple(known if nodes else book.roots[:MOST_OPEN]), tuple(wider), rule)
