"""What pages and mails say for each member of the enums that the rest of the program decides in."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Flask

from idp.domain.app_access import Topic
from idp.domain.captchas import Fault
from idp.domain.cases import Kind
from idp.domain.mails import MailKind
from idp.domain.passwords import Rule
from idp.domain.refusals import Notice, Refusal
from idp.domain.social import Fault as SocialFault
from idp.domain.support import State
from idp.web.words import _l

REFUSALS: Mapping[Refusal, str] = {
    Refusal.WRONG_CREDENTIALS: _l(
        "Identifier or password not recognised. Compare both with your notice or your letter, and try again."
    ),
    Refusal.WRONG_PASSWORD: _l("This is not your present password. Type it once more."),
    Refusal.CLOSED: _l(
        "There were too many tries. Please wait %(wait)s before the next one; "
        "you can use “%(forgotten)s” at any time."
    ),
    Refusal.NOT_PROVED: _l(
        "These details do not fit together. Compare each of them with your notice, and try again. "
        "For your safety we do not say which one is wrong."
    ),
    Refusal.BLOCKED: _l(
        "There were too many tries, so registration is blocked. If you have had an account before, wait "
        "%(wait)s and try again. If you have never had one, write or call us: we lift the block."
    ),
    Refusal.WAIT: _l("There were too many tries. Please wait %(wait)s before the next one, or call us."),
    Refusal.WRONG_CODE: _l(
        "This code is not right, or was used already. Each code is good once: wait for the next one, and type it."
    ),
    Refusal.CODES_CLOSED: _l("There were too many wrong codes. Please wait %(wait)s, then sign in again."),
    Refusal.SECOND_FACT_NEEDED: _l(
        "For your safety, one more detail is needed for now. Please fill in the form again."
    ),
    Refusal.TOO_MANY_MAILS: _l("A message has just been sent. Please wait a little before you ask for another one."),
    Refusal.TOO_MANY_CASES: _l(
        "Several messages have come from your network today, and no more are taken. "
        "Please call us, or come back tomorrow."
    ),
    Refusal.UNKNOWN_CODE: _l(
        "No device is waiting with this code. Compare it with your device letter by letter; "
        "if it has been a while, let the device show a new one."
    ),
    Refusal.CONTRACT_ENDED: _l(
        "We know no running contract of yours any more, so this account is closed. "
        "If that is not so, please call us: the number is below."
    ),
    Refusal.ONLY_WAY_IN: _l(
        "This is your only way in. Choose a password first: “%(forgotten)s” on the sign-in page leads you to one."
    ),
}
NOTICES: Mapping[Notice, str] = {
    Notice.PASSWORD_CHANGED: _l("Your password is changed. Sign in with the new one."),
    Notice.PASSWORD_IN_FORCE: _l("Your password is changed, and every other device is signed out."),
    Notice.SIGNED_OUT_EVERYWHERE: _l("You are signed out on every device. Here you may sign in again."),
    Notice.CONTRACT_ADDED: _l("The contract is added to your account."),
    Notice.EMAIL_CHANGED: _l("Your new e-mail address is in force."),
    Notice.EMAIL_TAKEN_BACK: _l(
        "Your former e-mail address is in force again, and everybody is signed out. "
        "A message leads you to a new password."
    ),
    Notice.ACTIVATED: _l("Your e-mail address is confirmed. Sign in with the password you chose."),
    Notice.CHOICES_KEPT: _l("Your choices are saved."),
    Notice.ACCESS_WITHDRAWN: _l("The app’s access is withdrawn."),
    Notice.SOCIAL_LINKED: _l("Your account is linked. From now on you can sign in with it too."),
    Notice.SOCIAL_UNLINKED: _l("The link is taken away. Nobody can sign in with that account any more."),
    Notice.MAIL_SENT_AGAIN: _l("The message has been sent again. Only the link in the last message counts."),
    Notice.SECOND_FACTOR_REMOVED: _l("Sign-in in two steps is off. No code is asked for any more."),
    Notice.SUPPORT_ACCEPTED: _l("The adviser may look now. You can end it here at any moment."),
    Notice.SUPPORT_REFUSED: _l("You have refused. Nobody can look at your account."),
    Notice.SUPPORT_ENDED: _l("It is ended. Nobody can look at your account any more."),
    Notice.SUPPORT_GONE: _l("This request is over already. Nobody can look at your account through it."),
}
SUPPORT_STATES: Mapping[State, str] = {
    State.WAITING: _l("It waits for your answer."),
    State.LAPSED: _l("You did not answer; the request lapsed."),
    State.REFUSED: _l("You refused."),
    State.WITHDRAWN: _l("The request was withdrawn."),
    State.RUNNING: _l("The adviser may look at present."),
    State.OVER: _l("You allowed it; the time you gave is over."),
    State.ENDED: _l("You allowed it; it was ended early."),
}
RULES: Mapping[Rule, str] = {
    Rule.LENGTH: _l("%(length)s characters or more"),
    Rule.LOWER: _l("a lower-case letter"),
    Rule.UPPER: _l("an upper-case letter"),
    Rule.DIGIT: _l("a digit"),
    Rule.SPECIAL: _l("a special character, such as - _ @ or +"),
    Rule.NOT_COMMON: _l("no password that everybody tries first, such as “Password1!”"),
    Rule.NOT_PERSONAL: _l("neither your name, nor your identifier, nor your e-mail address"),
    Rule.NOT_LEAKED: _l("no password that is known from a data leak"),
    Rule.DIFFERENT: _l("more than three characters other than in your present password"),
}
CAPTCHA_FAULTS: Mapping[Fault, str] = {
    Fault.WRONG: _l("These are not the six digits. Read or listen once more, or ask for another picture."),
    Fault.OVER: _l("These six digits are used up or too old. Type those that are asked for now."),
    Fault.NOBODY_NAMED: _l("To get a code by e-mail, first fill in who you are: the field at the top."),
}
CASE_KINDS: Mapping[Kind, str] = {
    Kind.BLOCKED: _l("I am blocked"),
    Kind.UNREGISTERED: _l("I cannot create my account"),
    Kind.MAIL_LESS: _l("The e-mail does not come, or I have no e-mail address"),
    Kind.WRONG_DATA: _l("I see a mistake in my data"),
    Kind.OTHER: _l("Something else"),
}
TOPICS: Mapping[Topic, str] = {
    Topic.PROFILE: _l("your name, your date of birth, whether you are addressed as Mr or Ms, and your language"),
    Topic.EMAIL: _l("your e-mail address"),
    Topic.PHONE: _l("your telephone number"),
    Topic.ADDRESS: _l("your postal address"),
    Topic.CONTRACTS: _l("your contracts: their references, your role on each, and since when"),
    Topic.OFFLINE: _l("all of this even when you are not there, until you withdraw its access"),
}
SUBJECTS: Mapping[MailKind, str] = {
    MailKind.CONFIRM_EMAIL: _l("Confirm your e-mail address"),
    MailKind.ADDRESS_GIVEN: _l("Another e-mail address was given for your account"),
    MailKind.ACCOUNT_OPENED: _l("Your account is open"),
    MailKind.RESET_PASSWORD: _l("Choose a new password"),
    MailKind.PASSWORD_CHANGED: _l("Your password was changed"),
    MailKind.REMEMBERED_REPLAYED: _l("A browser of yours was signed out for your safety"),
    MailKind.SECOND_FACTOR_ADDED: _l("Sign-in in two steps is on"),
    MailKind.SECOND_FACTOR_REMOVED: _l("Sign-in in two steps is off"),
    MailKind.SECOND_FACTOR_RESET: _l("Your sign-in in two steps was taken away"),
    MailKind.RECOVERY_CODES_MADE: _l("You have new recovery codes"),
    MailKind.RECOVERY_CODE_USED: _l("A recovery code was used"),
    MailKind.CODES_CLOSED: _l("Too many wrong codes for your account"),
    MailKind.RENEWAL_REMINDER: _l("Your password is to be renewed soon"),
    MailKind.SIGN_IN_CLOSED: _l("Too many tries to sign in to your account"),
    MailKind.CAPTCHA_CODE: _l("Your code of six digits"),
    MailKind.CASE_OPENED: _l("We have your message"),
    MailKind.CASE_FOR_STAFF: _l("A new request for help"),
    MailKind.CASE_ANSWERED: _l("The answer to your message"),
    MailKind.CASE_UNBLOCKED: _l("The block is lifted"),
    MailKind.SUPPORT_REQUESTED: _l("An adviser asks to look at your account"),
    MailKind.SUPPORT_ENDED: _l("An adviser looked at your account"),
    MailKind.ACCOUNT_RECLAIMED: _l("Your account was opened anew"),
    MailKind.ACTIVATE: _l("Confirm your e-mail address"),
    MailKind.RECREATE: _l("Confirm your new password"),
    MailKind.CONFIRM_NEW_EMAIL: _l("Confirm your new e-mail address"),
    MailKind.EMAIL_CHANGE_ASKED: _l("Another e-mail address was asked for"),
    MailKind.EMAIL_CHANGED: _l("Your e-mail address was changed"),
    MailKind.ALREADY_REGISTERED: _l("You have an account already"),
    MailKind.IDENTIFIER_REMINDER: _l("Your identifier"),
    MailKind.ACCOUNT_CLOSED: _l("Your access has ended"),
    MailKind.CONTRACT_ADDED: _l("A contract was added to your account"),
    MailKind.CONTRACT_MOVED: _l("A contract has left your account"),
    MailKind.SOCIAL_LINKED: _l("A further way to sign in to your account"),
    MailKind.SOCIAL_UNLINKED: _l("A way to sign in to your account was taken away"),
}
SOCIAL_FAULTS: Mapping[SocialFault, str] = {
    SocialFault.CANCELLED: _l("You went no further at %(provider)s. Nothing has changed here."),
    SocialFault.UNAVAILABLE: _l("%(provider)s does not answer at the moment. Try again later, or take another way."),
    SocialFault.NOT_BELIEVED: _l(
        "The answer of %(provider)s could not be checked, so nothing was done. Begin again, or take another way."
    ),
    SocialFault.NOT_LINKED: _l(
        "This account at %(provider)s is not linked to an account here yet. If you have an account, sign in and "
        "link it under “My account”. If not, open one first."
    ),
    SocialFault.TAKEN: _l(
        "This account at %(provider)s is linked to another account here already, or yours to another one there. "
        "Choose another one, or take that link away first."
    ),
    SocialFault.INCOMPLETE: _l(
        "%(provider)s did not say your names and your full date of birth, so they could not be compared. "
        "Take another way."
    ),
    SocialFault.OVER: _l(
        "This page is too old, was used before, or was opened in another browser. Begin again from here."
    ),
}
# Members of different enums may share a value, and are then equal: each enum keeps a table of its own.
TABLES: Mapping[type[StrEnum], Mapping[Any, str]] = {
    Refusal: REFUSALS,
    Notice: NOTICES,
    Rule: RULES,
    Fault: CAPTCHA_FAULTS,
    Kind: CASE_KINDS,
    Topic: TOPICS,
    MailKind: SUBJECTS,
    State: SUPPORT_STATES,
    SocialFault: SOCIAL_FAULTS,
}


def sentence(member: StrEnum, **values: str | int) -> str:
    """Say what a member means, in the language of the page.

    Args:
        member: a member of one of the enums above.
        values: what the sentence is filled with, such as `length`.
    """
    return str(TABLES[type(member)][member]) % values


def init(app: Flask) -> None:
    """Let every template say sentences."""
    app.add_template_global(sentence)
