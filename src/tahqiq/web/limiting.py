"""How often a program may ask: so many requests in any minute, each key, user or address for itself.

What comes in is who asks; what goes out is how much is left to them, as the headers of the answer say it. The count is this process's
own: a desk of several processes lets each of them be asked so often.
"""

import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

WINDOW_S = 60


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a limit; `wait_s` is 0 where one may go on."""

    limit: int
    remaining: int
    reset_s: int
    wait_s: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """Source: draft-ietf-httpapi-ratelimit-headers-10, and RFC 9110 for `Retry-After`."""
        told = {
            "ratelimit-policy": f'"minute";q={self.limit};w={WINDOW_S}',
            "ratelimit": f'"minute";r={self.remaining};t={self.reset_s}',
        }
        return told | ({"retry-after": str(self.wait_s)} if self.wait_s else {})


class Limits:
    """The limits of one desk: `of_known` for a key or a user, `of_address` for an address that shows neither; 0 is no limit."""

    def __init__(self, of_known: int, of_address: int) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._known = RateLimitItemPerMinute(of_known) if of_known else None
        self._address = RateLimitItemPerMinute(of_address) if of_address else None

    def take(self, known: str, address: str) -> Left | None:
        """One request is counted; None where there is no limit."""
        item, name = (self._known, known) if known else (self._address, address)
        if item is None:
            return None
        kind = "known" if known else "address"
        is_within = self._limiter.hit(item, kind, name)
        stats = self._limiter.get_window_stats(item, kind, name)
        reset = max(1, min(WINDOW_S, round(stats.reset_time - time.time())))
        return Left(item.amount, max(0, stats.remaining), reset, 0 if is_within else reset)
