"""Work without order, in modules that spawned processes can import."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Piece:
    id: str


@dataclass
class Pieces:
    """Work without order."""

    waiting: list
    ended: list = field(default_factory=list)
    told: list = field(default_factory=list)

    def __len__(self):
        return len(self.waiting)

    def ready(self):
        while self.waiting:
            yield self.waiting.pop(0)

    def again(self, item):
        self.waiting.insert(0, item)

    def heard(self, item, event, value):
        self.told.append((item.id, event, value))

    def end(self, item, result):
        self.ended.append((item.id, result))

    def lost(self, item, reason):
        self.ended.append((item.id, reason))


def pieces(names):
    return Pieces([Piece(name) for name in names])


def double(item, say):
    say("step", 1)
    return item.id * 2
