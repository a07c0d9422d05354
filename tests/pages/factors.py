"""The pages of the second factor in every state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from idp.domain import totp
from idp.domain.refusals import Notice, Refusal
from idp.models import Account, Contract, Holder, Password, SecondFactor
from idp.pages.second_factor.forms import AskedCodeForm, CodeForm, RecoveryCodeForm
from idp.pages.second_factor.picture import picture_of
from idp.web.forms import OneButtonForm
from idp.web.once_more import PresentPasswordForm
from tests.authenticator import SECRET
from tests.pages.state import State, Values, empty, sent, those

WITH_FACTORS: dict[str, Any] = {"landlords": those(lambda landlord: landlord.second_factor.is_there)}
ASK = ("second_factor/ask.html", "/second-factor")
RECOVERY = ("second_factor/recovery.html", "/second-factor/recovery-code")
BEGIN = ("second_factor/begin.html", "/second-factor/set-up")
CONFIRM = ("second_factor/confirm.html", "/second-factor/set-up/code")
CODES = ("second_factor/codes.html", "/account/second-factor/codes")
CHANGE = "second_factor/change.html"
WAIT = {"wait": "10 minutes", "trusted_for": timedelta(days=30)}
TEN = [f"abcd{number}-fghjk" for number in range(10)]
TENANT = {
    "account": Account(email="jeanne@example.fr", password=Password()),
    "holders": [Holder(first_name="Jeanne", last_name="MARTIN", contract=Contract(reference="LOT-17"))],
}


def picture() -> Values:
    address = totp.address(SECRET, "Foncière des Tilleuls", "120034")
    return {"picture": picture_of(address), "address": address, "secret": totp.in_groups(SECRET)}


def account(**more: Any) -> State:
    """« Mon compte », with the section of the second factor."""
    return State("account/show.html", "/account", empty(OneButtonForm), {**TENANT, **more}, **WITH_FACTORS)


def beginning(form: Any = OneButtonForm, **more: Any) -> State:
    usual = {"is_in": False, "fresh": True, "has_one": False}
    return State(*BEGIN, empty(form), {**usual, **more}, **WITH_FACTORS)


def changing(form: Any = PresentPasswordForm, **more: Any) -> State:
    path = f"/account/second-factor/{'remove' if more.get('removing') else 'codes'}"
    usual = {"removing": False, "fresh": True, "left": 3}
    return State(CHANGE, path, empty(form), {**usual, **more}, **WITH_FACTORS)


SINCE = SecondFactor(confirmed_at=datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
ASKED = State(*ASK, empty(AskedCodeForm), WAIT, **WITH_FACTORS)
STATES: dict[str, State] = {
    "second_factor": ASKED,
    "second_factor_for_an_app": replace(ASKED, journey="j" * 43),
    "second_factor_empty": replace(ASKED, form=sent(AskedCodeForm, code=""), error=True),
    "second_factor_wrong": replace(ASKED, values={**WAIT, "refusal": Refusal.WRONG_CODE}, error=True),
    "second_factor_closed": replace(ASKED, values={**WAIT, "refusal": Refusal.CODES_CLOSED}, error=True),
    "recovery_code": State(*RECOVERY, empty(RecoveryCodeForm), WAIT, **WITH_FACTORS),
    "recovery_code_empty": State(*RECOVERY, sent(RecoveryCodeForm, code=""), WAIT, error=True, **WITH_FACTORS),
    "recovery_code_closed": State(
        *RECOVERY,
        empty(RecoveryCodeForm),
        {**WAIT, "refusal": Refusal.CODES_CLOSED},
        error=True,
        **WITH_FACTORS,
    ),
    "second_factor_lost": State("second_factor/lost.html", "/second-factor/lost", **WITH_FACTORS),
    "second_factor_begin": beginning(),
    "second_factor_begin_on_account": beginning(PresentPasswordForm, is_in=True),
    "second_factor_begin_again": beginning(PresentPasswordForm, is_in=True, has_one=True),
    "second_factor_begin_stale": beginning(is_in=True, fresh=False),
    "second_factor_picture": State(*CONFIRM, empty(CodeForm), picture, **WITH_FACTORS),
    "second_factor_picture_wrong": State(
        *CONFIRM,
        empty(CodeForm),
        lambda: {**picture(), "refusal": Refusal.WRONG_CODE},
        error=True,
        **WITH_FACTORS,
    ),
    "recovery_codes_first": State(
        *CODES, values={"codes": TEN, "on": "/contrat/account", "fresh": True}, **WITH_FACTORS
    ),
    "recovery_codes_new": State(
        *CODES, values={"codes": TEN, "on": "/contrat/account", "fresh": False}, **WITH_FACTORS
    ),
    "recovery_codes_ask": changing(),
    "recovery_codes_ask_stale": changing(OneButtonForm, fresh=False, left=0),
    "second_factor_remove": changing(removing=True),
    "account_in_two_steps": account(second_factor=SINCE, codes_left=9),
    "account_without_codes": account(second_factor=SINCE, codes_left=0),
    "account_in_one_step_again": account(notice=Notice.SECOND_FACTOR_REMOVED),
}
