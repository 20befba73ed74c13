"""A sorted set of large integers in blocks: fast to bisect, cheap to change, small enough for a million."""

from bisect import bisect_left, bisect_right, insort

BLOCK = 2000


class SortedInts:
    """Ascending distinct integers."""

    def __init__(self, values=()):
        ordered = sorted(values)
        self.blocks = [ordered[i:i + BLOCK] for i in range(0, len(ordered), BLOCK)]
        self.firsts = [b[0] for b in self.blocks]
        self.size = len(ordered)

    def __len__(self):
        return self.size

    def _block(self, value):
        return max(bisect_right(self.firsts, value) - 1, 0)

    def add(self, value):
        """Puts one in; nothing happens when it is there."""
        if not self.blocks:
            self.blocks, self.firsts, self.size = [[value]], [value], 1
            return
        at = self._block(value)
        block = self.blocks[at]
        place = bisect_left(block, value)
        if place < len(block) and block[place] == value:
            return
        insort(block, value)
        self.size += 1
        self.firsts[at] = block[0]
        if len(block) > 2 * BLOCK:
            half = len(block) // 2
            self.blocks[at:at + 1] = [block[:half], block[half:]]
            self.firsts[at:at + 1] = [block[0], block[half]]

    def remove(self, value):
        """Takes one out; nothing happens when it is not there."""
        if not self.blocks:
            return
        at = self._block(value)
        block = self.blocks[at]
        place = bisect_left(block, value)
        if place >= len(block) or block[place] != value:
            return
        del block[place]
        self.size -= 1
        if block:
            self.firsts[at] = block[0]
        else:
            del self.blocks[at], self.firsts[at]

    def rank(self, value):
        """How many are smaller than `value`."""
        if not self.blocks:
            return 0
        at = self._block(value)
        return sum(map(len, self.blocks[:at])) + bisect_left(self.blocks[at], value)

    def up(self, low, high=None):
        """Those >= low and < high, ascending."""
        if not self.blocks:
            return
        at = self._block(low)
        place = bisect_left(self.blocks[at], low)
        for block in self.blocks[at:]:
            for value in block[place:]:
                if high is not None and value >= high:
                    return
                yield value
            place = 0

    def down(self, high, low):
        """Those < high and >= low, descending."""
        if not self.blocks:
            return
        at = self._block(high)
        place = bisect_left(self.blocks[at], high)
        while at >= 0:
            for value in reversed(self.blocks[at][:place]):
                if value < low:
                    return
                yield value
            at -= 1
            place = len(self.blocks[at]) if at >= 0 else 0
