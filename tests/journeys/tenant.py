"""A tenant in front of real Chromium: opens pages, fills in what they ask, looks where it leads."""

import os
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.conftest import ROOT
from tests.journeys.conftest import Demo

SCREENSHOTS = ROOT / "screenshots"
WIDTHS = {"phone": 390, "narrow": 320, "desktop": 1280}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOOKS = list(zip(SCHEMES, ("phone", "desktop"), strict=True))
"""How a page in a story is looked at; EVERYTHING=1 looks in each scheme at each width, as tests/pages does anyway."""
if os.environ.get("EVERYTHING"):
    LOOKS = [(scheme, width) for scheme in SCHEMES for width in WIDTHS]
OWN_PASSWORD = "Violette-9-portes"


class Tenant:
    """One person with one browser.

    Args:
        demo: the running demo.
        context: the browser.
        script: whether it runs JavaScript.
        story: name of the story, for the screenshots.
        landlord: whose tenant it is.
    """

    def __init__(
        self, demo: Demo, context: BrowserContext, script: bool, story: str, landlord: str = "paris"
    ) -> None:
        self.demo, self.script, self.landlord = demo, script, landlord
        self.page: Page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.folder: Path = SCREENSHOTS / f"{story}{'' if script else '-no-script'}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.seen = 0

    @property
    def portal(self) -> str:
        """Address of the landlord's portal, without a slash at the end."""
        return self.demo.portal(self.landlord)

    def look(self, name: str) -> None:
        """Check the present page for everybody's eyes and ears, and keep pictures of it."""
        self.seen += 1
        page = self.page
        page.wait_for_load_state()  # after a click the new document may be there, and still be empty
        for scheme, width in LOOKS if self.script else LOOKS[:1]:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": WIDTHS[width], "height": 800})
            if self.script:
                scroll = page.evaluate("document.documentElement.scrollWidth")
                assert scroll <= WIDTHS[width], (name, width)
            page.screenshot(path=self.folder / f"{self.seen:02}-{name}-{width}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": WIDTHS["phone"], "height": 800})
        if self.script:
            found = Axe().run(page).response["violations"]
            wrong = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
            assert wrong == [], f"{name}: {wrong}"

    def start_at_portal(self) -> None:
        """Open the portal and ask to sign in."""
        self.page.goto(self.portal + "/")
        self.press("Mon compte" if self.landlord == "moselle" else "Me connecter")
        self.page.wait_for_url(f"**/{self.landlord}/sign-in*")

    def fill(self, **fields: str) -> None:
        """Type into fields by their names."""
        for name, value in fields.items():
            self.page.fill(f"main [name={name}]", value)

    def press(self, words: str) -> None:
        """Press the button or the link with these words."""
        button = self.page.locator("main button, main a", has_text=words).first
        button.click()

    def prove(self, identifier: str, secret: str) -> None:
        """Go to the first connection by its button and prove there."""
        self.press("Première connexion")
        self.page.wait_for_url("**/paris/first-connection*")
        self.fill(identifier=identifier, password=secret)
        self.press("Connexion")
        self.page.wait_for_url("**/first-connection/**")

    def give_email(self, email: str) -> None:
        """Give the address."""
        self.fill(email=email)
        self.press("Soumettre")
        self.page.wait_for_url("**/first-connection/mailbox*")

    def confirm(self, email: str) -> None:
        """Open the link of the mail and press its button."""
        self.page.goto(self.demo.link_to(email, "adresse"))
        self.page.wait_for_url("**/paris/confirm*")
        self.press("Confirmer mon adresse email")

    def choose_password(self, password: str = OWN_PASSWORD) -> None:
        """Type the own password twice."""
        self.fill(password=password, confirmation=password)
        self.press("Enregistrer")

    def sign_in(self, identifier: str, password: str) -> None:
        """Sign in on the sign-in page."""
        self.fill(identifier=identifier, password=password)
        self.press("Connexion")

    def at_portal(self) -> str:
        """Wait for the portal, signed in, and read it."""
        self.page.wait_for_url(self.portal + "/")
        text: str = self.page.inner_text("main")
        assert "Mes contrats" in text
        return text
