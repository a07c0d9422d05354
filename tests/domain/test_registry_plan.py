import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.fingerprints import fingerprint
from idp.domain.registry import Trace
from idp.domain.registry_plan import Known, Plan, TooManyLeavers, Traces, make_plan

NOBODY = Traces.of([])
PEOPLE = [("LEFÈVRE", "Chloé"), ("MARTIN", "Paul"), ("ANDRÉ", "Loïc")]


def mark(person: int, version: int = 0) -> str:
    return fingerprint(*PEOPLE[person], None, version)


def known(number: int, *, person: int = 0, version: int = 0, has_left: bool = False) -> Known:
    last_name, first_name = PEOPLE[person]
    return Known(number, f"k{number}", mark(person, version), f"i{number}", last_name, first_name, has_left)


def plan_of(sightings: dict[str, str], holders: list[Known], traces: Traces = NOBODY, max_leavers: float = 1) -> Plan:
    found = make_plan(sightings, traces, holders, max_leavers)
    assert isinstance(found, Plan)
    return found


def test_who_is_new_changed_gone_back_or_the_same() -> None:
    holders = [known(1), known(2), known(3), known(4, has_left=True), known(5, has_left=True)]
    plan = plan_of({"k1": mark(0), "k2": mark(0, 1), "k4": mark(0), "k9": mark(1)}, holders)
    assert plan == Plan({"k9"}, {"k2": 2}, {"k4": 4}, (3,), (), 1)
    assert plan.writes == 3


@pytest.mark.threat("T-19")
def test_a_key_that_passes_to_another_person_opens_a_holder_of_its_own() -> None:
    plan = plan_of({"k1": mark(1), "k2": mark(1)}, [known(1), known(2, has_left=True)])
    assert plan == Plan({"k1", "k2"}, {}, {}, (1,), (1, 2), 0)


@pytest.mark.parametrize("trace", [Trace(key="k1"), Trace(identifier="i1"), Trace(name="lefevre chloe")])
def test_a_refused_row_keeps_its_holder(trace: Trace) -> None:
    assert plan_of({}, [known(1), known(2, person=1)], Traces.of([trace])).left == (2,)
    assert plan_of({}, [known(1)], Traces.of([Trace()])).left == (1,)


@pytest.mark.parametrize(("missing", "refused"), [(2, False), (3, True)])
def test_too_many_leavers_refuse_the_whole_file(missing: int, refused: bool) -> None:
    holders = [known(number) for number in range(10)] + [known(90, has_left=True)]
    sightings = {f"k{number}": mark(0) for number in range(missing, 10)}
    plan = make_plan(sightings, NOBODY, holders, 0.2)
    assert isinstance(plan, TooManyLeavers) is refused
    if refused:
        assert plan == TooManyLeavers(3, 10)
        assert str(plan).startswith("3 of 10 present holders would leave")


def test_a_mix_up_of_columns_counts_as_leaving() -> None:
    holders = [known(number) for number in range(10)]
    assert make_plan({f"k{number}": mark(1) for number in range(10)}, NOBODY, holders, 0.2) == TooManyLeavers(10, 10)


def test_the_first_file_of_all_brings_everybody() -> None:
    assert plan_of({"k1": mark(0)}, [], max_leavers=0.01).added == {"k1"}


NUMBERS = st.dictionaries(st.integers(0, 30), st.tuples(st.integers(0, 2), st.integers(0, 2)))


@given(NUMBERS, NUMBERS, st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_after_a_plan_the_same_file_plans_nothing(
    file: dict[int, tuple[int, int]], before: dict[int, tuple[int, int]], gone: set[int], refused: set[int]
) -> None:
    sightings = {f"k{number}": mark(*what) for number, what in file.items()}
    holders = [
        known(number, person=person, version=version, has_left=number in gone)
        for number, (person, version) in before.items()
    ]
    traces = Traces.of(Trace(key=f"k{number}") for number in refused - file.keys())
    plan = plan_of(sightings, holders, traces)

    assert not refused & set(plan.left) - file.keys()
    assert len(sightings) == plan.writes + plan.unchanged
    after = [
        Known(100 + place, key, sightings[key], key, "", "", has_left=False) for place, key in enumerate(sightings)
    ]
    kept = [
        holder
        for holder in holders
        if holder.key not in sightings and not holder.has_left and holder.id not in plan.left
    ]
    assert plan_of(sightings, [*after, *kept], traces) == Plan(set(), {}, {}, (), (), len(sightings))
