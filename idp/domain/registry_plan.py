"""What an import of the registry is going to do, decided before anything is done."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from idp.domain.fingerprints import is_successor
from idp.domain.registry import Trace, full_name


@dataclass(frozen=True, slots=True)
class Known:
    """A holder that an earlier import brought.

    Attributes:
        id: the row.
        key: what tells the holder from all others.
        fingerprint: of the holder as last imported.
        identifier: canonical.
        last_name: as last imported.
        first_name: as last imported.
        has_left: whether an earlier file did not name the holder any more.
    """

    id: int
    key: str
    fingerprint: str
    identifier: str
    last_name: str
    first_name: str
    has_left: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with whom; a key that is in none of these stays as it is.

    Attributes:
        added: keys of new holders.
        changed: key and row of holders with new values.
        returned: key and row of holders who had left.
        left: rows of present holders who leave.
        retired: rows that give up their key, because another person has it now.
        unchanged: number of holders who stay as they are.
    """

    added: Set[str]
    changed: Mapping[str, int]
    returned: Mapping[str, int]
    left: tuple[int, ...]
    retired: tuple[int, ...]
    unchanged: int

    @property
    def writes(self) -> int:
        """Number of rows of the file that bring something new."""
        return len(self.added) + len(self.changed) + len(self.returned)


@dataclass(frozen=True, slots=True)
class TooManyLeavers:
    """The file misses so many present holders that it is more likely to be broken than right."""

    leaving: int
    present: int

    def __str__(self) -> str:
        return f"{self.leaving} of {self.present} present holders would leave, which is more than max_leavers allows"


@dataclass(frozen=True, slots=True)
class Traces:
    """Everybody whom a refused row may have meant."""

    keys: frozenset[str]
    identifiers: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, traces: Iterable[Trace]) -> "Traces":
        """Gather the traces of all refused rows."""
        found = list(traces)
        return cls(
            frozenset(trace.key for trace in found if trace.key),
            frozenset(trace.identifier for trace in found if trace.identifier),
            frozenset(trace.name for trace in found if trace.name),
        )

    def may_mean(self, known: Known) -> bool:
        """Tell whether a refused row may be this holder's: such a holder does not leave."""
        return (
            known.key in self.keys
            or known.identifier in self.identifiers
            or (bool(self.names) and full_name(known.last_name, known.first_name) in self.names)
        )


def make_plan(
    sightings: Mapping[str, str], traces: Traces, holders: Iterable[Known], max_leavers: float
) -> Plan | TooManyLeavers:
    """Compare the file with what is known.

    Args:
        sightings: key and fingerprint of each good row.
        traces: whom the refused rows may have meant.
        holders: all holders of the landlord, those who left included; read once.
        max_leavers: share of the present holders that may leave.

    Returns:
        the plan; or the number of leavers, when there are too many.
    """
    fresh = set(sightings)
    changed: dict[str, int] = {}
    returned: dict[str, int] = {}
    left: list[int] = []
    retired: list[int] = []
    present = 0
    for holder in holders:
        present += not holder.has_left
        seen = sightings.get(holder.key)
        if seen is None:
            if not holder.has_left and not traces.may_mean(holder):
                left.append(holder.id)
        elif is_successor(holder.fingerprint, seen):
            retired.append(holder.id)
            left += [holder.id] * (not holder.has_left)
        else:
            fresh.discard(holder.key)
            if holder.has_left:
                returned[holder.key] = holder.id
            elif holder.fingerprint != seen:
                changed[holder.key] = holder.id
    if len(left) > max_leavers * present:
        return TooManyLeavers(len(left), present)
    unchanged = len(sightings) - len(fresh) - len(changed) - len(returned)
    return Plan(fresh, changed, returned, tuple(left), tuple(retired), unchanged)
