"""One visit to a page in real Chromium, and all that can be seen, heard, touched and typed there."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page, Request

from tests.pages.state import NONCE
from tests.pages.states import STATES

PHONE, DESKTOP = 320, 1280
LEAST_TARGET = 44
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
BRING_AXE = """nonce => new Promise((done, failed) => { const script = document.createElement("script");
  Object.assign(script, { src: "/axe.js", nonce, onload: () => done(), onerror: failed });
  document.head.append(script); })"""
RUN_AXE = """async only => (await axe.run({runOnly: only, resultTypes: ["violations"], preload: false})).violations
  .map(one => [one.id, one.nodes.map(node => node.html)])"""
SMALL_TARGETS = """least => [...document.querySelectorAll("a, button, input, summary")]
  .filter(item => item.checkVisibility() && getComputedStyle(item).display !== "inline")
  .filter(item => (item.closest("label") ?? item).getBoundingClientRect().height < least)
  .map(item => item.outerHTML)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SPACED = """() => { const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
  const found = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  document.adoptedStyleSheets = [];
  return found; }"""
# What Tab must reach: a group of radio buttons is one stop, on the chosen one or the first.
LISTEN = """() => {
  const ringed = item => { const { outlineStyle, outlineWidth } = getComputedStyle(item);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2; };
  const group = item => [...item.form.elements].filter(other => other.type === "radio" && other.name === item.name);
  const chosen = item => group(item).find(other => other.checked) ?? group(item)[0];
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex");
  const stops = [...document.querySelectorAll("a[href], button, input, textarea, select, summary, audio[controls]")]
    .filter(item => !item.disabled && item.type !== "hidden" && !item.ariaHidden && item.checkVisibility())
    .filter(item => item.type !== "radio" || chosen(item) === item);
  window.stops = stops.map(item => ({ item, box: item.getBoundingClientRect() }));
  window.reached = []; window.unseen = [];
  document.addEventListener("focusin", event => {
    const index = stops.indexOf(event.target);
    if (window.reached.at(-1) === index) return;
    window.reached.push(index);
    if (index >= 0 && !ringed(event.target)) window.unseen.push(event.target.outerHTML);
  });
  return stops.length + 8 * stops.filter(item => item.tagName === "AUDIO").length; }"""
REACHED = """() => ({
  reached: window.reached.slice(0, window.stops.length),
  stops: window.stops.length,
  unseen: window.unseen,
  upwards: window.stops.slice(2).filter(({ box }, index) => box.bottom <= window.stops[index + 1].box.top)
    .map(({ item }) => item.outerHTML),
})"""
# Enter in the last field of each form, or on the button of a form without fields.
ENTER = """() => { window.sent = [];
  window.addEventListener("submit", event => { window.sent.push(event.submitter?.name ?? "");
    event.preventDefault(); });
  window.starts = [...document.forms].map(form => [...form.elements].filter(item =>
    item.matches("input:not([type=hidden], [type=radio], [type=checkbox])")).at(-1)
    ?? form.querySelector("button[type=submit]:not([disabled])")).filter(item => item);
  return window.starts.length; }"""


class Inspection:
    """A browser's page in front of `/state/<landlord>/<name>`.

    Attributes:
        complaints: what the console said, and who else was asked for anything.
    """

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        self.tools = page.context.new_cdp_session(page)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("request", self.hear)

    def hear(self, request: Request) -> None:
        """Note a request to anybody but the provider."""
        if not request.url.startswith((f"{self.address}/", "data:")):
            self.complaints.append(f"asks somebody else: {request.url}")

    def show(self, name: str, language: str = "fr", landlord: str = "") -> None:
        """Open a page."""
        self.page.goto(f"{self.address}/state/{landlord or STATES[name].landlords[0]}/{name}?lang={language}")

    def look(self, width: int, scheme: str) -> None:
        """Be a phone or a desktop, in the light or in the dark."""
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.tools.send("Emulation.setDeviceMetricsOverride", screen)
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        told = [{"name": name, "value": value} for name, value in features.items()]
        self.tools.send("Emulation.setEmulatedMedia", {"features": told})

    def press(self, key: str, code: int, times: int = 1) -> None:
        """Press a key as a keyboard does, without waiting for anything."""
        told = {"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code}
        for _ in range(times):
            self.tools.send("Input.dispatchKeyEvent", {**told, **({"text": "\r"} if key == "Enter" else {})})

    def faults(self, name: str, landlord: str) -> Mapping[str, Any]:
        """Visit a page once, and list what is wrong with it by what was looked at."""
        self.complaints.clear()
        self.look(PHONE, "light")
        self.show(name, "fr", landlord)
        self.page.evaluate(BRING_AXE, NONCE)
        found = {
            "axe": self.page.evaluate(RUN_AXE, EVERYTHING),
            "sideways": max(self.page.evaluate(SIDEWAYS), 0),
            "sideways when spaced": max(self.page.evaluate(SPACED), 0),
            "small": self.page.evaluate(SMALL_TARGETS, LEAST_TARGET),
            **self.by_keyboard(),
        }
        self.look(DESKTOP, "dark")
        found["axe in the dark"] = self.page.evaluate(RUN_AXE, COLOURS)
        found["complaints"] = list(self.complaints)
        return {what: fault for what, fault in found.items() if fault}

    def by_keyboard(self) -> Mapping[str, Any]:
        """Walk through the page with Tab, then press Enter in each form."""
        self.press("Tab", 9, self.page.evaluate(LISTEN))
        seen = self.page.evaluate(REACHED)
        forms = self.page.evaluate(ENTER)
        for index in range(forms):
            self.page.evaluate("index => window.starts[index].focus()", index)
            self.press("Enter", 13)
        sent = self.page.evaluate("window.sent")
        return {
            "not reached in order": seen["reached"] if seen["reached"] != list(range(seen["stops"])) else None,
            "unseen focus": seen["unseen"],
            "upwards": seen["upwards"],
            "not sent": sent if len(sent) != forms or "captcha_action" in sent else None,
        }
