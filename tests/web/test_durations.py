from datetime import timedelta

import pytest
from flask import Flask

from idp.web.durations import in_words, longest_wait

CASES = [
    (timedelta(seconds=45), "45 secondes", "45 seconds"),
    (timedelta(minutes=1), "1 minute", "1 minute"),
    (timedelta(minutes=30), "30 minutes", "30 minutes"),
    (timedelta(minutes=90), "90 minutes", "90 minutes"),
    (timedelta(hours=1), "1 heure", "1 hour"),
    (timedelta(hours=24), "24 heures", "24 hours"),
    (timedelta(hours=36), "36 heures", "36 hours"),
    (timedelta(days=21), "21 jours", "21 days"),
]


@pytest.mark.parametrize(("duration", "french", "english"), CASES)
def test_durations_as_people_say_them(app: Flask, duration: timedelta, french: str, english: str) -> None:
    where = {"loge.landlord": "paris"}
    with app.test_request_context("/?lang=fr", environ_overrides=where):
        assert in_words(duration).replace("\u00a0", " ") == french
    with app.test_request_context("/?lang=en", environ_overrides=where):
        assert in_words(duration).replace("\u00a0", " ") == english


def test_figures_stay_with_their_unit(app: Flask) -> None:
    with app.test_request_context("/?lang=fr", environ_overrides={"loge.landlord": "paris"}):
        assert all(" " not in in_words(duration) for duration, _, _ in CASES)


@pytest.mark.threat("T-01")
def test_the_wait_that_pages_name_is_the_same_for_everybody(app: Flask) -> None:
    landlord = app.extensions["loge"].settings.landlords["paris"]
    longer = landlord.ladder.model_copy(
        update={"network": landlord.ladder.network.model_copy(update={"closed_for": timedelta(hours=2)})}
    )
    with app.test_request_context("/?lang=en", environ_overrides={"loge.landlord": "paris"}):
        assert longest_wait(landlord) == "10\u00a0minutes"
        assert longest_wait(landlord.model_copy(update={"ladder": longer})) == "2\u00a0hours"
