"""All tables."""

from idp.models.account import Account, Enrolment, Identifier, KnownDevice, Password
from idp.models.app_authorization import AppAuthorization
from idp.models.base import Base
from idp.models.browser import BrowserSession, Journey, Remembered
from idp.models.captcha import Captcha
from idp.models.case import Case, CaseCount
from idp.models.consent import Consent
from idp.models.device_request import DeviceRequest
from idp.models.event import Event
from idp.models.failure import FailureCounter
from idp.models.first_connection import FirstConnection
from idp.models.grant import AuthorizationCode, Grant, RefreshToken
from idp.models.letter import PrintRun, ProvisionalPassword
from idp.models.logout_notice import LogoutNotice
from idp.models.mail import Mail
from idp.models.mail_link import MailLink
from idp.models.pushed_request import PushedRequest
from idp.models.registered_app import RegisteredApp, RegistrationToken
from idp.models.registry import Contract, Holder
from idp.models.reminder import Reminder
from idp.models.second_factor import HalfSignIn, RecoveryCode, SecondFactor, TrustedBrowser
from idp.models.signing_key import SigningKey
from idp.models.social import SocialIdentity, SocialRequest, SocialSession
from idp.models.subject_salt import SubjectSalt
from idp.models.support import SupportAccess
from idp.models.used_once import UsedOnce

__all__ = [
    "Account",
    "AppAuthorization",
    "AuthorizationCode",
    "Base",
    "BrowserSession",
    "Captcha",
    "Case",
    "CaseCount",
    "Consent",
    "Contract",
    "DeviceRequest",
    "Enrolment",
    "Event",
    "FailureCounter",
    "FirstConnection",
    "Grant",
    "HalfSignIn",
    "Holder",
    "Identifier",
    "Journey",
    "KnownDevice",
    "LogoutNotice",
    "Mail",
    "MailLink",
    "Password",
    "PrintRun",
    "ProvisionalPassword",
    "PushedRequest",
    "RecoveryCode",
    "RefreshToken",
    "RegisteredApp",
    "RegistrationToken",
    "Remembered",
    "Reminder",
    "SecondFactor",
    "SigningKey",
    "SocialIdentity",
    "SocialRequest",
    "SocialSession",
    "SubjectSalt",
    "SupportAccess",
    "TrustedBrowser",
    "UsedOnce",
]
