"""Every page in every state that a person may see it in, for tests that look at all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask, g, render_template
from werkzeug.datastructures import MultiDict

from idp.domain.app_access import Topic
from idp.domain.captchas import Fault
from idp.domain.cases import Kind
from idp.domain.passwords import Rule, rules_that_apply
from idp.domain.refusals import Notice, Refusal
from idp.domain.social import Fault as SocialFault
from idp.models import Account, Contract, Holder, Password
from idp.pages.account.forms import NewAddressForm
from idp.pages.assistance.forms import AssistanceForm
from idp.pages.authorizations.mine import Allowed
from idp.pages.device.forms import CodeForm
from idp.pages.first_connection.forms import (
    ConfirmForm,
    EmailForm,
    ProveForm,
    ProveWithBirthDateForm,
    ProveWithNameForm,
    ResendForm,
)
from idp.pages.forgotten_identifier.forms import AddressForm, PersonForm
from idp.pages.recovery.forms import ForgottenPasswordForm
from idp.pages.registration.forms import OneButtonForm, page_form
from idp.pages.renewal.forms import renewal_form
from idp.pages.sign_in.forms import SignInForm
from idp.pages.sign_out.forms import SignOutForm
from idp.pages.social.forms import PresentPasswordForm
from idp.pages.support.forms import AnswerForm
from idp.services.agreements import Unanswered
from idp.settings.client import Client
from idp.settings.journey import PasswordRules
from idp.settings.loader import load
from idp.web.captchas import CaptchaField
from idp.web.forms import Form
from idp.web.password_form import ChangePasswordForm, NewPasswordForm
from idp.web.sentences import sentence
from idp.web.upstream_sign_out import Elsewhere
from tests.conftest import ROOT
from tests.pages.agreements import KEPT, QUESTIONS, TERMS, WHEN, agreed, mine
from tests.pages.supported import FORMER, REQUEST, RUNNING, support_values

NONCE = "nonce-of-this-page"
RULES = {"rules": rules_that_apply(PasswordRules(require=["lower", "upper", "digit", "special"])), "min_length": 8}


@dataclass(frozen=True)
class State:
    """A template with what its view gives it; `form` is made within the request."""

    template: str
    path: str
    form: Callable[[], Form] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    error: bool = False
    landlord: str = "paris"
    journey: str = ""

    def render(self, app: Flask, locale: str = "fr") -> str:
        """Render the page as its landlord's."""
        where = {"loge.landlord": self.landlord, "SCRIPT_NAME": f"/{self.landlord}"}
        query = {"lang": locale} | ({"journey": self.journey} if self.journey else {})
        with app.test_request_context(self.path, query_string=query, environ_overrides=where):
            g.nonce = NONCE
            form = {"form": self.form()} if self.form else {}
            return render_template(self.template, **form, **self.values)


def empty(kind: type[Form]) -> Callable[[], Form]:
    return lambda: kind(formdata=None)


def sent(kind: Callable[..., Form], **typed: str) -> Callable[[], Form]:
    """Make a form as it was sent, judged."""

    def make() -> Form:
        form = kind(formdata=MultiDict(typed))
        form.validate()
        return form

    return make


def asked(make: Callable[[], Form], *, mailed: bool = False) -> Callable[[], Form]:
    """Let a form ask for the six digits too."""

    def made() -> Form:
        form = make()
        field = next(field for field in form if isinstance(field, CaptchaField))
        field.due, field.mailed, field.reference = True, mailed, "r" * 43
        if form.errors:
            field.errors = [sentence(Fault.WRONG)]
        return form

    return made


SIGN_IN = ("sign_in/show.html", "/sign-in")
PROVE = ("first_connection/prove.html", "/first-connection")
EMAIL = ("first_connection/email.html", "/first-connection/email")
MAILBOX = ("first_connection/mailbox.html", "/first-connection/mailbox")
CONFIRM = ("first_connection/confirm.html", "/confirm")
OWN_PASSWORD = ("first_connection/password.html", "/first-connection/password")
IDENTIFIER = ("forgotten_identifier/ask.html", "/forgotten-identifier")
PERSON = ("forgotten_identifier/prove.html", "/forgotten-identifier/proof")
MARTIN = {
    "last_name": "Martin",
    "first_name": "Jeanne",
    "birth_date-day": "31",
    "birth_date-month": "3",
    "birth_date-year": "1954",
}
FORGOTTEN = ("recovery/ask.html", "/forgotten-password")
RENEWAL = ("renewal/show.html", "/renewal")
RENEWING = {
    **RULES,
    "rules": rules_that_apply(PasswordRules(), renewing=True),
    "since": date(2026, 11, 2),
    "asks": [],
    "broken": None,
    "username": "360172",
    "may_wait": False,
}
TERMS_PAGE = ("choices/terms.html", "/terms")
CHOICES = ("choices/mine.html", "/choices")
RESET = ("recovery/password.html", "/new-password")
JOURNEY = "j" * 43
TYPED = {"identifier": "0360172", "password": "Faux-1234"}
ADDRESS = "jeanne.martin-duchesne.de.la.tour@example-with-a-long-name.fr"

LANDLORDS = load(ROOT / "config", {}).landlords


def registration(slug: str, number: int = 0, refusal: Refusal | None = None, **typed: str) -> State:
    """Make a page of a landlord's registration, as it is opened or as it was sent."""
    recipe, rules = LANDLORDS[slug].registration, LANDLORDS[slug].password
    assert recipe is not None
    parts = recipe.pages[number].parts

    def form() -> Form:
        made = page_form(parts, [])
        made.process(MultiDict(typed) if typed else None)
        if typed:
            made.validate()
        return made

    values = {
        "parts": parts,
        "page": recipe.pages[number],
        "asks": recipe.asks,
        "number": number + 1,
        "total": len(recipe.pages),
        "proved": number > 0,
        "rules": rules_that_apply(rules),
        "min_length": rules.min_length,
        "broken": {Rule.LENGTH} if typed and "password" in parts else None,
        "refusal": refusal,
    }
    shown = asked(form) if slug == "auvergne" else form
    return State("registration/show.html", "/registration", shown, values, bool(typed or refusal), slug)


def assistance(*, sent: bool = False, refusal: Refusal | None = None, **typed: str) -> State:
    """Make the assistance form as it is opened or as it was sent, with the six digits."""

    def form() -> Form:
        made = AssistanceForm(formdata=MultiDict(typed) if sent else None, **({} if sent else typed))
        if sent:
            made.validate()
        return made

    values = {"kinds": {kind.value: kind for kind in Kind}, "refusal": refusal}
    shown = form if refusal else asked(form)
    return State("assistance/show.html", "/assistance", shown, values, sent, "auvergne")


DURATIONS = LANDLORDS["moselle"].support.durations
WRITTEN = {
    "kind": "other",
    "last_name": "Martin",
    "first_name": "Élise",
    "phone": "06 12 34 56 78",
    "message": "Non.",
}
TENANT, PASSWORDLESS = Account(email=ADDRESS, password=Password()), Account(email=ADDRESS)
HOLDER = Holder(first_name="Jeanne", last_name="MARTIN", contract=Contract(reference="LOT-17"))
ACTIVATE = ("registration/activate.html", "/activate")

ALLOW = ("authorizations/ask.html", "/authorization")
DEVICE = ("device/enter.html", "/device")
ALLOWED = ("authorizations/mine.html", "/authorizations")
WATTS = Client(
    client_id="watts",
    name="Watts & Compagnie",
    auth="none",
    redirect_uris=["https://www.watts.example/retour"],
    policy_uri="https://www.watts.example/donnees",
    tos_uri="https://www.watts.example/conditions",
)


def asking(known: set[str] | None, *topics: Topic) -> Mapping[str, Any]:
    """Let an app ask for something."""
    who = {"account": TENANT, "holders": [HOLDER]}
    return {"client": WATTS, "topics": topics, "known": known, "goes_to": "www.watts.example", **who}


def support(form: Callable[[], Form] | None = None, *, error: bool = False, **shown: Any) -> State:
    """Make the page of an adviser's requests."""
    made = form or (lambda: AnswerForm(DURATIONS, formdata=None))
    return State("support/show.html", "/support", made, support_values(**shown), error, "moselle")


SUPPORT = {
    "support": support(),
    "support_asked": support(waiting=[REQUEST], former=[FORMER]),
    "support_unanswered": support(
        sent(lambda **sent: AnswerForm(DURATIONS, **sent), accept="1"), error=True, waiting=[REQUEST]
    ),
    "support_running": support(running=[RUNNING], former=[FORMER], notice=Notice.SUPPORT_ACCEPTED),
}

STATES: Mapping[str, State] = {
    "sign_in": State(*SIGN_IN, empty(SignInForm)),
    "sign_in_for_an_app": State(*SIGN_IN, empty(SignInForm), journey=JOURNEY),
    "sign_in_after_reset": State(*SIGN_IN, empty(SignInForm), {"notice": Notice.PASSWORD_CHANGED}),
    "sign_in_empty": State(*SIGN_IN, sent(SignInForm), error=True),
    "sign_in_captcha": State(*SIGN_IN, asked(empty(SignInForm))),
    "sign_in_captcha_wrong": State(*SIGN_IN, asked(sent(SignInForm, identifier="1", captcha="12")), error=True),
    **{
        f"sign_in_{refusal}": State(*SIGN_IN, sent(SignInForm, **TYPED), {"refusal": refusal}, error=True)
        for refusal in Refusal
    },
    "prove": State(*PROVE, empty(ProveForm)),
    "prove_wrong": State(*PROVE, sent(ProveForm, **TYPED), {"refusal": Refusal.WRONG_CREDENTIALS}, error=True),
    "prove_with_birth_date": State(*PROVE, sent(ProveWithBirthDateForm, identifier="0360172"), error=True),
    "prove_with_name": State(*PROVE, empty(ProveWithNameForm)),
    "email": State(*EMAIL, empty(EmailForm)),
    "email_for_an_app": State(*EMAIL, empty(EmailForm), journey=JOURNEY),
    "email_doubted": State(
        *EMAIL, sent(EmailForm, email="jeanne.martin@gmial.com"), {"meant": "jeanne.martin@gmail.com"}
    ),
    "email_wrong": State(*EMAIL, sent(EmailForm, email="jeanne.martin@"), error=True),
    "mailbox": State(*MAILBOX, empty(ResendForm), {"email": ADDRESS, "wait_seconds": 47}),
    "mailbox_sent_again": State(
        *MAILBOX, empty(ResendForm), {"email": ADDRESS, "wait_seconds": 0, "notice": Notice.MAIL_SENT_AGAIN}
    ),
    "confirm": State(*CONFIRM, empty(ConfirmForm), {"state": "open", "masked_email": "j•••••@example.fr"}),
    "confirmed_here": State(*CONFIRM, empty(ConfirmForm), {"state": "confirmed", "same_browser": True}),
    "confirmed_elsewhere": State(*CONFIRM, empty(ConfirmForm), {"state": "confirmed", "same_browser": False}),
    "confirm_expired": State(*CONFIRM, empty(ConfirmForm), {"state": "expired"}),
    "confirmed_former": State("first_connection/confirmed.html", MAILBOX[1], empty(ConfirmForm)),
    "own_password": State(*OWN_PASSWORD, empty(NewPasswordForm), {**RULES, "broken": None, "username": "360172"}),
    "own_password_broken": State(
        *OWN_PASSWORD,
        sent(NewPasswordForm, password="abc", confirmation="abd"),
        {**RULES, "broken": {Rule.LENGTH, Rule.UPPER}},
        error=True,
    ),
    "own_password_leaked": State(
        *OWN_PASSWORD,
        sent(NewPasswordForm, password="Tournesol-4", confirmation="Tournesol-4"),
        {"rules": [Rule.LENGTH, Rule.NOT_LEAKED], "min_length": 8, "broken": {Rule.NOT_LEAKED}},
        error=True,
    ),
    "reset": State(*RESET, empty(NewPasswordForm), {**RULES, "broken": None}),
    "forgotten": State(*FORGOTTEN, empty(ForgottenPasswordForm)),
    "forgotten_empty": State(*FORGOTTEN, sent(ForgottenPasswordForm), error=True),
    "forgotten_captcha": State(*FORGOTTEN, asked(empty(ForgottenPasswordForm))),
    "forgotten_captcha_mailed": State(*FORGOTTEN, asked(empty(ForgottenPasswordForm), mailed=True)),
    "identifier": State(*IDENTIFIER, empty(AddressForm)),
    "identifier_empty": State(*IDENTIFIER, sent(AddressForm), error=True),
    "identifier_sent": State("forgotten_identifier/sent.html", f"{IDENTIFIER[1]}/sent"),
    "identifier_proof": State(*PERSON, empty(PersonForm)),
    "identifier_not_proved": State(*PERSON, sent(PersonForm, **MARTIN), {"refusal": Refusal.NOT_PROVED}, error=True),
    "identifier_no_date": State(*PERSON, sent(PersonForm, **{**MARTIN, "birth_date-month": "13"}), error=True),
    "identifier_wait": State(*PERSON, sent(PersonForm, **MARTIN), {"refusal": Refusal.WAIT}, error=True),
    "identifier_found": State(
        "forgotten_identifier/found.html", PERSON[1], values={"identifiers": ["7•••••1", "7•••••2"]}
    ),
    "forgotten_sent": State("recovery/sent.html", "/forgotten-password/sent"),
    "reset_expired": State("recovery/expired.html", "/new-password"),
    "renewal": State(*RENEWAL, empty(ChangePasswordForm), RENEWING),
    "renewal_alike": State(
        *RENEWAL,
        sent(
            ChangePasswordForm,
            present="Violette-9-portes",
            password="Violette-8-portes",
            confirmation="Violette-8-portes",
        ),
        {**RENEWING, "broken": {Rule.DIFFERENT}, "may_wait": True},
        error=True,
    ),
    "renewal_proof": State(
        *RENEWAL,
        lambda: renewal_form(LANDLORDS["moselle"]),
        {**RENEWING, "asks": getattr(LANDLORDS["moselle"].registration, "asks", ())},
        landlord="moselle",
    ),
    "terms": State(*TERMS_PAGE, agreed(), {"asked": Unanswered(TERMS, QUESTIONS)}),
    "terms_for_an_app": State(*TERMS_PAGE, agreed(), {"asked": Unanswered(TERMS, QUESTIONS)}, journey=JOURNEY),
    "terms_wrong": State(
        *TERMS_PAGE, agreed(consent_news="yes"), {"asked": Unanswered(TERMS, QUESTIONS)}, error=True
    ),
    "terms_due": State(*TERMS_PAGE, agreed(terms_only=True), {"asked": Unanswered(TERMS, may_wait=False)}),
    "choices": State(
        *CHOICES, mine(), {"kept": KEPT, "terms": TERMS, "new_terms": True, "notice": Notice.CHOICES_KEPT}
    ),
    "choices_wrong": State(
        *CHOICES, mine(consent_news="maybe"), {"kept": KEPT, "terms": TERMS, "new_terms": False}, error=True
    ),
    "allow": State(*ALLOW, empty(OneButtonForm), asking(None, *Topic), journey=JOURNEY),
    "allow_little": State(*ALLOW, empty(OneButtonForm), asking(None), journey=JOURNEY),
    "allow_more": State(
        *ALLOW, empty(OneButtonForm), asking({"email"}, Topic.EMAIL, Topic.CONTRACTS), journey=JOURNEY
    ),
    "allowed": State(
        *ALLOWED,
        empty(OneButtonForm),
        {
            "apps": [
                Allowed("watts", "Watts & Compagnie", tuple(Topic), WHEN),
                Allowed("library", "Atelier du quartier", (), WHEN),
            ],
            "notice": Notice.ACCESS_WITHDRAWN,
        },
    ),
    "allowed_none": State(*ALLOWED, empty(OneButtonForm), {"apps": []}),
    "device": State(*DEVICE, empty(CodeForm)),
    "device_empty": State(*DEVICE, sent(CodeForm), error=True),
    "device_unknown": State(
        *DEVICE, sent(CodeForm, user_code="wdjb mjhu"), {"refusal": Refusal.UNKNOWN_CODE}, error=True
    ),
    "device_confirm": State(
        "device/confirm.html",
        "/device/confirm",
        empty(OneButtonForm),
        {**asking(None, Topic.PROFILE, Topic.CONTRACTS, Topic.OFFLINE), "code": "WDJB-MJHT"},
    ),
    "device_allowed": State("device/done.html", "/device/confirm", values={"allowed": True}),
    "device_refused": State("device/done.html", "/device/confirm", values={"allowed": False}),
    "assistance": assistance(),
    "assistance_chosen": assistance(kind="wrong_data"),
    "assistance_wrong": assistance(sent=True, kind="blocked", email="x", phone="x", message=""),
    "assistance_too_many": assistance(sent=True, refusal=Refusal.TOO_MANY_CASES, **WRITTEN),
    "assistance_done": State("assistance/done.html", "/assistance/done", values={"reference": "M7K-4QTP"}),
    "sign_out": State("sign_out/ask.html", "/sign-out", empty(SignOutForm)),
    "signed_out": State("sign_out/done.html", "/sign-out"),
    "signed_out_of_one_of_two": State(
        "sign_out/done.html",
        "/sign-out",
        values={"elsewhere": Elsewhere("FranceConnect", "https://oidc.franceconnect.gouv.fr/api/v2/session/end")},
    ),
    "signed_out_of_an_app": State("sign_out/done.html", "/logout", values={"way_back": "https://portal.example/"}),
    **{
        f"help_{slug}": State(
            "help/show.html", "/help", values={"rules": rules_that_apply(landlord.password)}, landlord=slug
        )
        for slug, landlord in LANDLORDS.items()
    },
    "error_expired": State("errors/expired.html", "/sign-in"),
    "error_not_found": State("errors/not_found.html", "/nowhere", values={"code": 404}),
    "error_refused": State("errors/refused.html", "/sign-in", values={"code": 400}),
    "error_too_many": State("errors/refused.html", "/sign-in", values={"code": 429}),
    "error_failed": State("errors/failed.html", "/sign-in", values={"reference": "aB3xY9-kQ_"}),
    "error_journey_over": State("errors/journey_over.html", "/sign-in"),
    "error_bad_request": State("errors/bad_request.html", "/sign-in", values={"reason": "The request is damaged."}),
    "registration_moselle": registration("moselle"),
    "registration_moselle_wrong": registration("moselle", refusal=Refusal.NOT_PROVED, identifier="LEF120034"),
    "registration_moselle_blocked": registration("moselle", refusal=Refusal.BLOCKED),
    "registration_moselle_second": registration("moselle", 1),
    "registration_contrat": registration("contrat"),
    "registration_contrat_wrong": registration("contrat", module="abc", email="x"),
    "registration_auvergne": registration("auvergne"),
    "registration_auvergne_wrong": registration("auvergne", last_name="Martin"),
    "registration_auvergne_second": registration("auvergne", 1),
    "activate": State(
        *ACTIVATE, empty(OneButtonForm), {"state": "open", "email": "j•••••@example.fr"}, landlord="moselle"
    ),
    "activated": State(*ACTIVATE, empty(OneButtonForm), {"state": "done"}, landlord="moselle"),
    "activation_expired": State(*ACTIVATE, empty(OneButtonForm), {"state": "expired"}, landlord="moselle"),
    "activation_renewable": State(*ACTIVATE, empty(OneButtonForm), {"state": "renewable"}, landlord="moselle"),
    "activation_sent_again": State("registration/sent_again.html", "/activate/again", landlord="moselle"),
    "sign_in_moselle": State(*SIGN_IN, empty(SignInForm), landlord="moselle"),
    "sign_in_moselle_closed": State(
        *SIGN_IN, sent(SignInForm, **TYPED), {"refusal": Refusal.CLOSED}, error=True, landlord="moselle"
    ),
    "sign_in_contrat": State(*SIGN_IN, empty(SignInForm), landlord="contrat"),
    "sign_in_auvergne": State(*SIGN_IN, empty(SignInForm), landlord="auvergne"),
    "mailbox_mistyped": State(
        *MAILBOX,
        empty(ResendForm),
        {"email": "gael@gmial.com", "meant": "gael@gmail.com", "registering": True},
        landlord="moselle",
    ),
    "mailbox_contrat": State(
        *MAILBOX, empty(ResendForm), {"email": ADDRESS, "wait_seconds": 47, "registering": True}, landlord="contrat"
    ),
    "email_vouched": State(*EMAIL, empty(EmailForm), {"vouching": "Google"}),
    "account_without_password": State(
        "account/show.html",
        "/account",
        empty(OneButtonForm),
        {"account": PASSWORDLESS, "holders": [HOLDER], "linked": {"google"}},
    ),
    **{
        f"social_{fault}": State(
            "social/refused.html",
            "/social/google/callback",
            values={"fault": fault, "provider": "Google", "purpose": "sign_in", "back": "/paris/sign-in"},
        )
        for fault in SocialFault
    },
    "social_refused": State(
        "social/refused.html",
        "/social/google/callback",
        values={
            "refusal": Refusal.CONTRACT_ENDED,
            "provider": "Google",
            "purpose": "sign_in",
            "back": "/paris/sign-in",
        },
        error=True,
    ),
    "social_link": State(
        "social/link.html",
        "/account/social/google/link",
        empty(PresentPasswordForm),
        {"provider": "Google", "linking": True, "fresh": True},
    ),
    "social_link_stale": State(
        "social/link.html",
        "/account/social/google/link",
        empty(OneButtonForm),
        {"provider": "Google", "linking": True, "fresh": False},
    ),
    "social_unlink": State(
        "social/link.html",
        "/account/social/google/unlink",
        empty(PresentPasswordForm),
        {"provider": "Google", "linking": False, "fresh": True},
    ),
    "account": State(
        "account/show.html",
        "/account",
        empty(OneButtonForm),
        {"account": TENANT, "holders": [HOLDER], "has_apps": True},
    ),
    "account_asked": State(
        "account/show.html",
        "/account",
        empty(OneButtonForm),
        {"account": TENANT, "holders": [HOLDER], "asking": True},
        landlord="moselle",
    ),
    **SUPPORT,
    "account_password": State(
        "account/password.html", "/account/password", empty(ChangePasswordForm), {**RULES, "broken": None}
    ),
    "account_address": State("account/address.html", "/account/address", empty(NewAddressForm), {"account": TENANT}),
    "account_address_wrong": State(
        "account/address.html", "/account/address", sent(NewAddressForm, email="x"), {"account": TENANT}, error=True
    ),
    "account_address_sent": State("account/address_sent.html", "/account/address", values={"email": ADDRESS}),
    **{
        f"account_{which}_{state}": State(
            "account/address_link.html",
            f"/{which}/confirm",
            empty(OneButtonForm),
            {"state": state, "which": which, "email": "j•••••@example.fr"},
        )
        for which in ("new-address", "former-address")
        for state in ("open", "expired")
    },
}
