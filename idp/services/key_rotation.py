"""Replaces signing keys before they are old, so that nobody has to remember to."""

from idp.services import keys
from idp.services.work import Work


def rotate_due(work: Work) -> list[str]:
    """Replace every key that has signed for `tokens.key_lifetime`; its successor is published ahead of that day.

    A key of an algorithm that no app uses any more gets no successor. However many workers look at once, one of them
    retires a key, and only that one makes the next.

    Returns:
        the `kid` of each new key.
    """
    tokens = work.landlord.tokens
    worn_if_before = work.now + tokens.key_publish_ahead - tokens.key_lifetime
    made = []
    for alg in keys.ALGORITHMS:
        newest = keys.newest(work, alg)
        if newest is None or newest.active_from > worn_if_before or not keys.retire(work, newest):
            continue
        if alg in keys.wanted(work.landlord):
            made.append(keys.rotate(work, alg))
    return made
