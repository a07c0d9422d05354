"""Every page in every state that a person may see it in, for tests that look at all of them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from idp.domain.app_access import Topic
from idp.domain.cases import Kind
from idp.domain.passwords import Rule, rules_that_apply
from idp.domain.refusals import Notice, Refusal
from idp.domain.social import Fault as SocialFault
from idp.models import Account, Contract, Holder, Password
from idp.pages.account.forms import NewAddressForm
from idp.pages.assistance.forms import AssistanceForm
from idp.pages.authorizations.mine import Allowed
from idp.pages.device.forms import CodeForm
from idp.pages.first_connection.forms import EmailForm
from idp.pages.forgotten_identifier.forms import AddressForm, PersonForm
from idp.pages.recovery.forms import ForgottenPasswordForm
from idp.pages.registration.forms import page_form
from idp.pages.renewal.forms import renewal_form
from idp.pages.sign_in.forms import SignInForm
from idp.pages.support.forms import AnswerForm
from idp.settings.client import Client
from idp.web.forms import Form, OneButtonForm
from idp.web.landlord import current_landlord
from idp.web.letter_proof import ProveForm, ProveWithBirthDateForm, ProveWithNameForm
from idp.web.once_more import PresentPasswordForm
from idp.web.password_form import ChangePasswordForm, NewPasswordForm
from idp.web.upstream_sign_out import Elsewhere
from tests.pages import agreements, factors
from tests.pages.contracts import contract
from tests.pages.state import LANDLORDS, MakeForm, State, Values, asked, asked_by, empty, sent, those
from tests.pages.supported import FORMER, REQUEST, RUNNING, support_values
from tests.pages.vouched import PROVER, also, proof

SENDING_LETTERS = those(lambda landlord: landlord.first_connection.offered)
REGISTERING = those(lambda landlord: landlord.registration)
REMINDING = those(lambda landlord: landlord.reminds)
RENEWING = those(lambda landlord: landlord.renewal.mode != "off")
ASKING = those(lambda landlord: landlord.terms or landlord.consents)
WITH_TERMS = those(lambda landlord: landlord.terms)
LINKING = those(lambda landlord: landlord.social)
ADVISED = those(lambda landlord: any(client.support for client in landlord.clients))

SIGN_IN = ("sign_in/show.html", "/sign-in")
PROVE = ("first_connection/prove.html", "/first-connection")
EMAIL = ("first_connection/email.html", "/first-connection/email")
MAILBOX = ("first_connection/mailbox.html", "/first-connection/mailbox")
CONFIRM = ("first_connection/confirm.html", "/confirm")
OWN_PASSWORD = ("first_connection/password.html", "/first-connection/password")
IDENTIFIER = ("forgotten_identifier/ask.html", "/forgotten-identifier")
PERSON = ("forgotten_identifier/prove.html", "/forgotten-identifier/proof")
FORGOTTEN = ("recovery/ask.html", "/forgotten-password")
RESET = ("recovery/password.html", "/new-password")
RENEWAL = ("renewal/show.html", "/renewal")
TERMS_PAGE = ("choices/terms.html", "/terms")
CHOICES = ("choices/mine.html", "/choices")
ACTIVATE = ("registration/activate.html", "/activate")
NEW_ADDRESS = ("account/address.html", "/account/address")
LETTERS_ONLY: dict[str, Any] = {"landlords": SENDING_LETTERS}
REGISTERING_ONLY: dict[str, Any] = {"landlords": REGISTERING}
REMINDING_ONLY: dict[str, Any] = {"landlords": REMINDING}
PARIS_ONLY: dict[str, Any] = {"landlords": ("paris",)}
LINKING_ONLY: dict[str, Any] = {"landlords": LINKING}

MARTIN = {
    "last_name": "Martin",
    "first_name": "Jeanne",
    "birth_date-day": "31",
    "birth_date-month": "3",
    "birth_date-year": "1954",
}
JOURNEY = "j" * 43
TYPED = {"identifier": "0360172", "password": "Faux-1234"}
ADDRESS = "jeanne.martin-duchesne.de.la.tour@example-with-a-long-name.fr"
MASKED = "j•••••@example.fr"
WRITTEN = {
    "kind": "other",
    "last_name": "Martin",
    "first_name": "Élise",
    "phone": "06 12 34 56 78",
    "message": "Non.",
}
TENANT, PASSWORDLESS = Account(email=ADDRESS, password=Password()), Account(email=ADDRESS)
HOLDER = Holder(first_name="Jeanne", last_name="MARTIN", contract=Contract(reference="LOT-17"))
OF_TENANT = {"account": TENANT}


ALLOW = ("authorizations/ask.html", "/authorization")
ALLOWED = ("authorizations/mine.html", "/authorizations")
DEVICE = ("device/enter.html", "/device")
LINK = ("social/link.html", "/account/social/google/link")
BACK = ("social/refused.html", "/social/google/callback")
THERE = Elsewhere("FranceConnect", "https://oidc.franceconnect.gouv.fr/api/v2/session/end")
WATTS = Client(
    client_id="watts",
    name="Watts & Compagnie",
    auth="none",
    redirect_uris=["https://www.watts.example/retour"],
    policy_uri="https://www.watts.example/donnees",
    tos_uri="https://www.watts.example/conditions",
)


def asking(known: set[str] | None, *topics: Topic) -> Values:
    """Let an app ask for something."""
    who = {"account": TENANT, "holders": [HOLDER]}
    return {"client": WATTS, "topics": topics, "known": known, "goes_to": "www.watts.example", **who}


def from_google(**more: Any) -> Callable[[], Values]:
    """Give the page of somebody who comes back from another provider what it says."""
    return lambda: {
        "provider": "Google",
        "purpose": "sign_in",
        "back": f"/{current_landlord().slug}/sign-in",
        **more,
    }


def help_elsewhere() -> Values:
    """Give the help page the accounts elsewhere that a landlord takes, and the service that says who somebody is."""
    offered = ["X (Twitter)", "Google", "LinkedIn", "Facebook", "FranceConnect"]
    prover = PROVER if current_landlord().registration else None
    return {"rules": rules_that_apply(current_landlord().password), "elsewhere": offered, "prover": prover}


def answer_form(**sent: Any) -> Form:
    return AnswerForm(current_landlord().support.durations, **sent)


def support(form: MakeForm = lambda: answer_form(formdata=None), *, error: bool = False, **shown: Any) -> State:
    """Make the page of an adviser's requests."""
    return State("support/show.html", "/support", form, support_values(**shown), error, landlords=ADVISED)


def rules(broken: set[Rule] | None = None, **more: Any) -> Callable[[], Values]:
    """Give a page the landlord's password rules, those that were broken, and more."""

    def make() -> Values:
        own = current_landlord().password
        return {"rules": rules_that_apply(own), "min_length": own.min_length, "broken": broken, **more}

    return make


def renewing(*, proof: bool = False, **more: Any) -> Callable[[], Values]:
    """Give the page of the renewal what it says, with the facts that the landlord asks again."""

    def make() -> Values:
        landlord = current_landlord()
        asks = landlord.registration.asks if proof and landlord.registration else []
        since = {"since": date(2026, 11, 2), "asks": asks, "username": "360172", "may_wait": False}
        own = {
            "rules": rules_that_apply(landlord.password, renewing=True),
            "min_length": landlord.password.min_length,
        }
        return {**since, **own, "broken": None, **more}

    return make


def registration(number: int = 0, refusal: Refusal | None = None, **typed: str) -> State:
    """Make a page of the registrations that have so many, as it is opened or as it was sent."""

    def recipe() -> Any:
        return current_landlord().registration

    def form() -> Form:
        made = page_form(recipe().pages[number].parts, [])
        made.process(MultiDict(typed) if typed else None)
        if typed:
            made.validate()
        return made

    def values() -> Values:
        page = recipe().pages[number]
        return {
            **rules({Rule.LENGTH} if typed and "password" in page.parts else None)(),
            "parts": page.parts,
            "page": page,
            "asks": recipe().asks,
            "number": number + 1,
            "total": len(recipe().pages),
            "proved": number > 0,
            "refusal": refusal,
        }

    of_this_page = asked_by(
        lambda landlord: landlord.captcha.registration if number else landlord.captcha.proof, form
    )
    so_long = those(lambda landlord: landlord.registration and len(landlord.registration.pages) > number)
    failed = bool(typed or refusal)
    return State("registration/show.html", "/registration", of_this_page, values, failed, landlords=so_long)


def assistance(*, judged: bool = False, refusal: Refusal | None = None, **typed: str) -> State:
    """Make the assistance form as it is opened or as it was sent."""

    def form() -> Form:
        made = AssistanceForm(formdata=MultiDict(typed) if judged else None, **({} if judged else typed))
        if judged:
            made.validate()
        return made

    shown = asked_by(lambda landlord: landlord.captcha.assistance, form)
    values = {"kinds": {kind.value: kind for kind in Kind}, "refusal": refusal}
    offering = those(lambda landlord: landlord.assistance.offered)
    return State("assistance/show.html", "/assistance", shown, values, judged, landlords=offering)


def forgotten(form: Callable[[], Form], *, error: bool = False) -> State:
    return State(*FORGOTTEN, asked_by(lambda landlord: landlord.captcha.recovery, form), error=error)


def refused(refusal: Refusal) -> State:
    """Make the sign-in page that says no."""
    everybody = refusal in (Refusal.WRONG_CREDENTIALS, Refusal.CLOSED, Refusal.CONTRACT_ENDED)
    landlords = tuple(LANDLORDS) if everybody else SENDING_LETTERS
    return State(*SIGN_IN, sent(SignInForm, **TYPED), {"refusal": refusal}, error=True, landlords=landlords)


STATES: Mapping[str, State] = {
    "sign_in": State(*SIGN_IN, empty(SignInForm)),
    "sign_in_for_an_app": State(*SIGN_IN, empty(SignInForm), journey=JOURNEY),
    "sign_in_after_reset": State(*SIGN_IN, empty(SignInForm), {"notice": Notice.PASSWORD_CHANGED}),
    "sign_in_empty": State(*SIGN_IN, sent(SignInForm), error=True),
    "sign_in_captcha": State(*SIGN_IN, asked(empty(SignInForm)), **PARIS_ONLY),
    "sign_in_captcha_wrong": State(
        *SIGN_IN, asked(sent(SignInForm, identifier="1", captcha="12")), error=True, **PARIS_ONLY
    ),
    **{f"sign_in_{refusal}": refused(refusal) for refusal in Refusal},
    "prove": State(*PROVE, empty(ProveForm), **LETTERS_ONLY),
    "prove_wrong": State(
        *PROVE, sent(ProveForm, **TYPED), {"refusal": Refusal.WRONG_CREDENTIALS}, error=True, **LETTERS_ONLY
    ),
    "prove_with_birth_date": State(
        *PROVE, sent(ProveWithBirthDateForm, identifier="0360172"), error=True, **LETTERS_ONLY
    ),
    "prove_with_name": State(*PROVE, empty(ProveWithNameForm), **LETTERS_ONLY),
    "email": State(*EMAIL, empty(EmailForm), **LETTERS_ONLY),
    "email_for_an_app": State(*EMAIL, empty(EmailForm), journey=JOURNEY, **LETTERS_ONLY),
    "email_doubted": State(
        *EMAIL, sent(EmailForm, email="jeanne.martin@gmial.com"), {"meant": "jeanne.martin@gmail.com"}, **LETTERS_ONLY
    ),
    "email_wrong": State(*EMAIL, sent(EmailForm, email="jeanne.martin@"), error=True, **LETTERS_ONLY),
    "mailbox": State(*MAILBOX, empty(OneButtonForm), {"email": ADDRESS, "wait_seconds": 47}, **LETTERS_ONLY),
    "mailbox_sent_again": State(
        *MAILBOX,
        empty(OneButtonForm),
        {"email": ADDRESS, "wait_seconds": 0, "notice": Notice.MAIL_SENT_AGAIN},
        **LETTERS_ONLY,
    ),
    "mailbox_registering": State(
        *MAILBOX,
        empty(OneButtonForm),
        {"email": ADDRESS, "wait_seconds": 47, "registering": True},
        **REGISTERING_ONLY,
    ),
    "mailbox_mistyped": State(
        *MAILBOX,
        empty(OneButtonForm),
        {"email": "gael@gmial.com", "meant": "gael@gmail.com", "registering": True},
        **REGISTERING_ONLY,
    ),
    "confirm": State(*CONFIRM, empty(OneButtonForm), {"state": "open", "masked_email": MASKED}, **LETTERS_ONLY),
    "confirmed_here": State(
        *CONFIRM, empty(OneButtonForm), {"state": "confirmed", "same_browser": True}, **LETTERS_ONLY
    ),
    "confirmed_elsewhere": State(
        *CONFIRM, empty(OneButtonForm), {"state": "confirmed", "same_browser": False}, **LETTERS_ONLY
    ),
    "confirm_expired": State(*CONFIRM, empty(OneButtonForm), {"state": "expired"}, **LETTERS_ONLY),
    "confirmed_former": State("first_connection/confirmed.html", MAILBOX[1], empty(OneButtonForm), **LETTERS_ONLY),
    "own_password": State(*OWN_PASSWORD, empty(NewPasswordForm), rules(username="360172"), **LETTERS_ONLY),
    "own_password_broken": State(
        *OWN_PASSWORD,
        sent(NewPasswordForm, password="abc", confirmation="abd"),
        rules({Rule.LENGTH, Rule.UPPER}),
        error=True,
        **LETTERS_ONLY,
    ),
    "own_password_leaked": State(
        *OWN_PASSWORD,
        sent(NewPasswordForm, password="Tournesol-4", confirmation="Tournesol-4"),
        {"rules": [Rule.LENGTH, Rule.NOT_LEAKED], "min_length": 8, "broken": {Rule.NOT_LEAKED}},
        error=True,
        **LETTERS_ONLY,
    ),
    "reset": State(*RESET, empty(NewPasswordForm), rules()),
    "reset_broken": State(
        *RESET, sent(NewPasswordForm, password="abc", confirmation="abd"), rules({Rule.LENGTH}), error=True
    ),
    "reset_expired": State("recovery/expired.html", "/new-password"),
    "forgotten": forgotten(empty(ForgottenPasswordForm)),
    "forgotten_empty": forgotten(sent(ForgottenPasswordForm), error=True),
    "forgotten_captcha_mailed": State(
        *FORGOTTEN,
        asked(empty(ForgottenPasswordForm), mailed=True),
        landlords=those(lambda landlord: landlord.captcha.recovery != "never"),
    ),
    "forgotten_sent": State("recovery/sent.html", "/forgotten-password/sent"),
    "identifier": State(*IDENTIFIER, empty(AddressForm), **REMINDING_ONLY),
    "identifier_empty": State(*IDENTIFIER, sent(AddressForm), error=True, **REMINDING_ONLY),
    "identifier_sent": State("forgotten_identifier/sent.html", f"{IDENTIFIER[1]}/sent", **REMINDING_ONLY),
    "identifier_proof": State(*PERSON, empty(PersonForm), **PARIS_ONLY),
    "identifier_not_proved": State(
        *PERSON, sent(PersonForm, **MARTIN), {"refusal": Refusal.NOT_PROVED}, error=True, **PARIS_ONLY
    ),
    "identifier_no_date": State(
        *PERSON, sent(PersonForm, **{**MARTIN, "birth_date-month": "13"}), error=True, **PARIS_ONLY
    ),
    "identifier_wait": State(
        *PERSON, sent(PersonForm, **MARTIN), {"refusal": Refusal.WAIT}, error=True, **PARIS_ONLY
    ),
    "identifier_found": State(
        "forgotten_identifier/found.html", PERSON[1], values={"identifiers": ["7•••••1", "7•••••2"]}, **PARIS_ONLY
    ),
    "renewal": State(*RENEWAL, lambda: renewal_form(current_landlord()), renewing(proof=True), landlords=RENEWING),
    "renewal_alone": State(*RENEWAL, empty(ChangePasswordForm), renewing(), **PARIS_ONLY),
    "renewal_alike": State(
        *RENEWAL,
        sent(
            ChangePasswordForm,
            present="Violette-9-portes",
            password="Violette-8-portes",
            confirmation="Violette-8-portes",
        ),
        renewing(broken={Rule.DIFFERENT}, may_wait=True),
        error=True,
        **PARIS_ONLY,
    ),
    "terms": State(
        *TERMS_PAGE,
        agreements.agreed(agreements.of_the_landlord),
        lambda: {"asked": agreements.of_the_landlord()},
        landlords=ASKING,
    ),
    "terms_for_an_app": State(
        *TERMS_PAGE,
        agreements.agreed(agreements.of_the_landlord),
        lambda: {"asked": agreements.of_the_landlord()},
        journey=JOURNEY,
        landlords=ASKING,
    ),
    "terms_due": State(
        *TERMS_PAGE,
        agreements.agreed(agreements.too_late),
        lambda: {"asked": agreements.too_late()},
        landlords=WITH_TERMS,
    ),
    "terms_wrong": State(
        *TERMS_PAGE,
        agreements.agreed(lambda: agreements.EVERYTHING, consent_news="yes"),
        {"asked": agreements.EVERYTHING},
        error=True,
        **PARIS_ONLY,
    ),
    "choices": State(
        *CHOICES,
        agreements.mine(agreements.of_the_landlord),
        lambda: {**agreements.kept(agreements.of_the_landlord), "notice": Notice.CHOICES_KEPT},
        landlords=ASKING,
    ),
    "choices_wrong": State(
        *CHOICES,
        agreements.mine(lambda: agreements.EVERYTHING, consent_news="maybe"),
        lambda: agreements.kept(lambda: agreements.EVERYTHING),
        error=True,
        **PARIS_ONLY,
    ),
    "allow": State(*ALLOW, empty(OneButtonForm), asking(None, *Topic), journey=JOURNEY),
    "allow_little": State(*ALLOW, empty(OneButtonForm), asking(None), journey=JOURNEY, **PARIS_ONLY),
    "allow_more": State(
        *ALLOW, empty(OneButtonForm), asking({"email"}, Topic.EMAIL, Topic.CONTRACTS), journey=JOURNEY, **PARIS_ONLY
    ),
    "allowed": State(
        *ALLOWED,
        empty(OneButtonForm),
        {
            "apps": [
                Allowed("watts", "Watts & Compagnie", tuple(Topic), agreements.WHEN),
                Allowed("library", "Atelier du quartier", (), agreements.WHEN),
            ],
            "notice": Notice.ACCESS_WITHDRAWN,
        },
    ),
    "allowed_none": State(*ALLOWED, empty(OneButtonForm), {"apps": []}, **PARIS_ONLY),
    "device": State(*DEVICE, empty(CodeForm)),
    "device_empty": State(*DEVICE, sent(CodeForm), error=True, **PARIS_ONLY),
    "device_unknown": State(
        *DEVICE, sent(CodeForm, user_code="wdjb mjhu"), {"refusal": Refusal.UNKNOWN_CODE}, error=True, **PARIS_ONLY
    ),
    "device_confirm": State(
        "device/confirm.html",
        "/device/confirm",
        empty(OneButtonForm),
        {**asking(None, Topic.PROFILE, Topic.CONTRACTS, Topic.OFFLINE), "code": "WDJB-MJHT"},
    ),
    "device_allowed": State("device/done.html", "/device/confirm", values={"allowed": True}, **PARIS_ONLY),
    "device_refused": State("device/done.html", "/device/confirm", values={"allowed": False}, **PARIS_ONLY),
    "assistance": assistance(),
    "assistance_chosen": assistance(kind="wrong_data"),
    "assistance_wrong": assistance(judged=True, kind="blocked", email="x", phone="x", message=""),
    "assistance_too_many": assistance(judged=True, refusal=Refusal.TOO_MANY_CASES, **WRITTEN),
    "assistance_done": State("assistance/done.html", "/assistance/done", values={"reference": "M7K-4QTP"}),
    "sign_out": State("sign_out/ask.html", "/sign-out", empty(OneButtonForm)),
    "signed_out": State("sign_out/done.html", "/sign-out"),
    "signed_out_of_one_of_two": State(
        "sign_out/done.html",
        "/sign-out",
        values={"elsewhere": THERE},
        **LINKING_ONLY,
    ),
    "signed_out_of_an_app_but_not_elsewhere": State(
        "sign_out/done.html", "/logout", values={"way_back": "https://portal.example/", "elsewhere": THERE}
    ),
    "signed_out_of_an_app": State("sign_out/done.html", "/logout", values={"way_back": "https://portal.example/"}),
    "help": State("help/show.html", "/help", values=lambda: {"rules": rules_that_apply(current_landlord().password)}),
    "help_with_accounts_elsewhere": State("help/show.html", "/help", values=help_elsewhere),
    "error_expired": State("errors/expired.html", "/sign-in"),
    "error_not_found": State("errors/not_found.html", "/nowhere", values={"code": 404}),
    "error_refused": State("errors/refused.html", "/sign-in", values={"code": 400}),
    "error_too_many": State("errors/refused.html", "/sign-in", values={"code": 429}),
    "error_failed": State("errors/failed.html", "/sign-in", values={"reference": "aB3xY9-kQ_"}),
    "error_journey_over": State("errors/journey_over.html", "/sign-in"),
    "error_bad_request": State("errors/bad_request.html", "/sign-in", values={"reason": "The request is damaged."}),
    "registration": registration(),
    "registration_wrong": registration(identifier="LEF120034", module="abc", email="x"),
    "registration_not_proved": registration(refusal=Refusal.NOT_PROVED, identifier="LEF120034"),
    "registration_blocked": registration(refusal=Refusal.BLOCKED),
    "registration_second": registration(1),
    "registration_second_wrong": registration(1, email="x"),
    "activate": State(*ACTIVATE, empty(OneButtonForm), {"state": "open", "email": MASKED}, **REGISTERING_ONLY),
    **{
        name: State(*ACTIVATE, empty(OneButtonForm), {"state": state}, **REGISTERING_ONLY)
        for name, state in (
            ("activated", "done"),
            ("activation_expired", "expired"),
            ("activation_renewable", "renewable"),
        )
    },
    "activation_sent_again": State("registration/sent_again.html", "/activate/again", **REGISTERING_ONLY),
    "email_vouched": State(*EMAIL, empty(EmailForm), {"vouching": "Google"}, **LINKING_ONLY),
    "registration_by_the_state": also(registration(), prover=PROVER),
    "registration_vouched": also(registration(1), vouching="FranceConnect"),
    "social_proof": proof(),
    "social_proof_wrong": proof(identifier="\x00"),
    "social_proof_refused": proof(Refusal.NOT_PROVED, identifier="0827121757"),
    "social_proof_blocked": proof(Refusal.BLOCKED),
    "social_incomplete_proof": State(
        *BACK, values=from_google(fault=SocialFault.INCOMPLETE, purpose="prove"), **REGISTERING_ONLY
    ),
    "social_not_linked_yet": State(
        *BACK, values=from_google(fault=SocialFault.NOT_LINKED, prover=PROVER), **REGISTERING_ONLY
    ),
    **{f"social_{fault}": State(*BACK, values=from_google(fault=fault), **LINKING_ONLY) for fault in SocialFault},
    "social_refused": State(*BACK, values=from_google(refusal=Refusal.CONTRACT_ENDED), error=True, **LINKING_ONLY),
    "social_link": State(
        *LINK, empty(PresentPasswordForm), {"provider": "Google", "linking": True, "fresh": True}, **LINKING_ONLY
    ),
    "social_link_stale": State(
        *LINK, empty(OneButtonForm), {"provider": "Google", "linking": True, "fresh": False}, **LINKING_ONLY
    ),
    "social_unlink": State(
        "social/link.html",
        "/account/social/google/unlink",
        empty(PresentPasswordForm),
        {"provider": "Google", "linking": False, "fresh": True},
        **LINKING_ONLY,
    ),
    "support": support(),
    "support_asked": support(waiting=[REQUEST], former=[FORMER]),
    "support_unanswered": support(sent(answer_form, accept="1"), error=True, waiting=[REQUEST]),
    "support_running": support(running=[RUNNING], former=[FORMER], notice=Notice.SUPPORT_ACCEPTED),
    "account_without_password": State(
        "account/show.html",
        "/account",
        empty(OneButtonForm),
        {"account": PASSWORDLESS, "holders": [HOLDER], "linked": {"google"}},
        **LINKING_ONLY,
    ),
    "account_asked": State(
        "account/show.html",
        "/account",
        empty(OneButtonForm),
        {"account": TENANT, "holders": [HOLDER], "asking": True},
        landlords=ADVISED,
    ),
    "account": State(
        "account/show.html",
        "/account",
        empty(OneButtonForm),
        {"account": TENANT, "holders": [HOLDER], "has_apps": True},
    ),
    "account_password": State("account/password.html", "/account/password", empty(ChangePasswordForm), rules()),
    "account_contract": contract(),
    "account_contract_passwordless": contract(PASSWORDLESS),
    "account_contract_empty": contract(typed={"identifier": ""}),
    "account_contract_not_proved": contract(typed=TYPED, refusal=Refusal.NOT_PROVED),
    "account_contract_blocked": contract(refusal=Refusal.WAIT),
    "account_contract_added": State(
        "account/show.html",
        "/account",
        empty(OneButtonForm),
        {"account": TENANT, "holders": [HOLDER, HOLDER], "notice": Notice.CONTRACT_ADDED},
    ),
    "account_address": State(*NEW_ADDRESS, empty(NewAddressForm), OF_TENANT),
    "account_address_wrong": State(*NEW_ADDRESS, sent(NewAddressForm, email="x"), OF_TENANT, error=True),
    "account_address_sent": State("account/address_sent.html", NEW_ADDRESS[1], values={"email": ADDRESS}),
    **{
        f"account_{which}_{state}": State(
            "account/address_link.html",
            f"/{which}/confirm",
            empty(OneButtonForm),
            {"state": state, "which": which, "email": MASKED},
        )
        for which in ("new-address", "former-address")
        for state in ("open", "expired")
    },
    **factors.STATES,
}

EVERYWHERE = [(slug, name) for name, state in STATES.items() for slug in state.landlords]
"""Each page in each state with each landlord who has it: slug and name."""
