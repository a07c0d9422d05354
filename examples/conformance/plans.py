"""What the suite has to know: where the provider is, the apps it plays, and what its browser does on our pages."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ALIAS = "loge"
IDENTIFIER = "7000001"
PASSWORD = "Violette-9-portes"
SECRETS = {
    name: f"{name}-secret-of-the-suite-0123456789abcdef" for name in ("first", "second", "post", "front", "back")
}
SIGNERS = {"fapi": ("signing", "second-signing"), "message-signing": ("messages", "second-messages")}
PICTURE = "update-image-placeholder"
SEND = ["click", "css", "main form button[type=submit]"]
SIGN_IN = (["text", "name", "identifier", IDENTIFIER], ["text", "name", "password", PASSWORD], SEND)
ONCE = {"match-limit": 1}
AT_THE_APP = [["wait", "id", "submission_complete", 10]]
SIGNED_OUT = ("no-params", "no-post-logout-redirect-uri", "only-state")
ASKED_FIRST = (
    *("bad-id-token-hint", "modified-id-token-hint", "no-id-token-hint"),
    *("bad-post-logout-redirect-uri", "query-added-to-post-logout-redirect-uri"),
)


def write(folder: Path, issuer: str, keys: Mapping[str, dict[str, Any]]) -> None:
    """Write a file for each plan, or for several that need the same.

    Args:
        folder: where they go.
        issuer: the provider's.
        keys: private key sets of the apps that sign.
    """
    folder.mkdir(exist_ok=True)
    for name, client, modules in (
        ("core", "first", core(issuer)),
        ("logout", "first", logout(issuer)),
        ("front-channel", "front", {}),
        ("back-channel", "back", {}),
    ):
        apps: dict[str, Any] = {"client": app(client), "client2": app("second"), "client_secret_post": app("post")}
        store(folder, name, issuer, apps, modules)
    for name, signers in SIGNERS.items():
        first, second = (
            {"client_id": signer, "scope": "openid offline_access", "jwks": keys[signer], "dpop_signing_alg": "ES256"}
            for signer in signers
        )
        apps = {"client": first, "client2": second, "resource": {"resourceUrl": f"{issuer}/userinfo"}}
        store(folder, name, issuer, apps, fapi(issuer))


def store(folder: Path, name: str, issuer: str, apps: Mapping[str, Any], modules: Mapping[str, list[Any]]) -> None:
    """Write one file."""
    plan = {
        "alias": ALIAS,
        "description": f"Loge, {name}",
        "server": {"discoveryUrl": f"{issuer}/.well-known/openid-configuration", "login_hint": IDENTIFIER},
        **apps,
        "browser": [signing_in(issuer), signing_out(issuer, [back_at("post_logout_redirect")])],
        "override": {module: {"browser": blocks} for module, blocks in modules.items()},
    }
    (folder / f"{name}.json").write_text(json.dumps(plan, indent=2), encoding="utf-8")


def fapi(issuer: str) -> dict[str, list[Any]]:
    """List the modules of the FAPI plans in which the browser looks and leaves, cancels, or takes a picture."""
    usual = signing_in(issuer)
    seen = task("A page of ours", f"{issuer}/authorize*", [shown("main h1", PICTURE)])
    refused = {"match": f"{issuer}/authorize*", "tasks": [seen]}
    look = task("Look and leave", f"{issuer}/sign-in*", [["wait", "css", "main form", 10]])
    left = {**usual, "tasks": [look]}
    cancel = task("Cancel", f"{issuer}/sign-in*", [["click", "css", "form[action*='/cancel'] button"]])
    cancelled = {**usual, "tasks": [cancel, back_at("callback", AT_THE_APP)]}
    return {
        f"fapi2-security-profile-final-{name}": blocks
        for name, blocks in (
            ("user-rejects-authentication", [cancelled]),
            ("par-ensure-reused-request-uri-prior-to-auth-completion-succeeds", [left | ONCE, usual]),
            ("par-attempt-reuse-request_uri", [usual | ONCE, refused]),
            ("par-attempt-to-use-expired-request_uri", [refused]),
            ("par-attempt-to-use-request_uri-for-different-client", [refused]),
        )
    }


def core(issuer: str) -> dict[str, list[Any]]:
    """List the modules of the core plans that want a picture: of a second sign-in, and of a page of ours."""
    refused = task("A page of ours", f"{issuer}/authorize*", [shown("main h1", PICTURE)])
    seen = [signing_in(issuer, [shown("main form", f"{PICTURE}-optional")])]
    return {
        "oidcc-prompt-login": seen,
        "oidcc-max-age-1": seen,
        "oidcc-ensure-registered-redirect-uri": [{"match": f"{issuer}/authorize*", "tasks": [refused]}],
    }


def logout(issuer: str) -> dict[str, list[Any]]:
    """List the modules of the logout plan that want a picture: of our question, or of the end."""
    page = f"{issuer}/sign-out*"
    question = task("Asked first", page, [shown("main form", PICTURE)])
    answer = task("Asked first", page, [SEND])
    end = task("Signed out", page, [shown("main .button.secondary", PICTURE)])
    ends = [*((name, [question]) for name in ASKED_FIRST), *((name, [answer, end]) for name in SIGNED_OUT)]
    return {
        f"oidcc-rp-initiated-logout-{name}": [signing_in(issuer), signing_out(issuer, tasks)] for name, tasks in ends
    }


def app(client_id: str) -> dict[str, str]:
    """Tell the suite who it is."""
    return {"client_id": client_id, "client_secret": SECRETS[client_id]}


def signing_in(issuer: str, first: Iterable[list[Any]] = ()) -> dict[str, Any]:
    """Say what the browser does when an app sends it: sign in and allow the app if it has to, and go back."""
    sign_in = task("Sign in", f"{issuer}/sign-in*", [*first, *SIGN_IN], optional=True)
    allow = task("Allow the app", f"{issuer}/authorization*", [SEND], optional=True)
    return {"match": f"{issuer}/authorize*", "tasks": [sign_in, allow, back_at("callback", AT_THE_APP)]}


def signing_out(issuer: str, tasks: list[dict[str, Any]]) -> dict[str, Any]:
    """Say what the browser does when an app sends it to sign out."""
    return {"match": f"{issuer}/logout*", "tasks": tasks}


def back_at(path: str, commands: list[list[Any]] | None = None) -> dict[str, Any]:
    """Expect an address of the app."""
    return task("Back at the app", f"*/test/a/{ALIAS}/{path}*", commands or [])


def shown(selector: str, then: str) -> list[Any]:
    """Wait until something is on the page, and keep the page for whoever judges the run."""
    return ["wait", "css", selector, 10, ".*", then]


def task(name: str, address: str, commands: list[list[Any]], *, optional: bool = False) -> dict[str, Any]:
    """Write down what happens on one page."""
    return {"task": name, "match": address, "commands": commands, "optional": optional}
