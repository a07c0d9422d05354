"""Each view says how it stands towards the outside: a route without a stance is refused by a guard test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
ATTRIBUTE = "loge_stance"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
"""Those that only look."""


@dataclass(frozen=True, slots=True)
class Stance:
    """How a view stands.

    Attributes:
        limit: which ceiling of `[rate_limits]` applies; None for none.
        csrf: whether unsafe methods need the page's token (machine endpoints do not).
        landlord: whether the view belongs to a landlord, or to the server as a whole.
        writes: whether a safe method may write; unsafe methods always may.
        cache: whether the answer may be kept by caches.
        browser: whether a person's browser comes here; machines get no cookie and no language.
        routine: whether an app asks for it by itself, and asks again where a power cut took what it got.
        even: which answers take a time that tells nothing about the person; None for none.
    """

    limit: Literal["forms", "pages", "protocol"] | None
    csrf: bool = True
    landlord: bool = True
    writes: bool = False
    cache: bool = False
    browser: bool = True
    routine: bool = False
    even: Literal["refusals", "answers"] | None = None


def stance(
    limit: Literal["forms", "pages", "protocol"] | None,
    *,
    csrf: bool = True,
    landlord: bool = True,
    writes: bool = False,
    cache: bool = False,
    browser: bool = True,
    routine: bool = False,
    even: Literal["refusals", "answers"] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare the stance of a view; see `Stance` for the arguments."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, ATTRIBUTE, Stance(limit, csrf, landlord, writes, cache, browser, routine, even))
        return view

    return mark
