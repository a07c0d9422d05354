"""mozilla-django-oidc, in Django."""

import sys
from collections.abc import Iterator

import pytest

from tests.clients.conftest import Landlord
from tests.clients.guide import Guide
from tests.clients.person import Person, soon
from tests.clients.programs import running

SETTINGS = """
import os

SECRET_KEY = "of-the-test"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "board.db"}}
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
"""
URLS = """
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

FORM = '<form method="post" action="/oidc/logout/">{% csrf_token %}</form>'


@login_required
def papers(request):
    return JsonResponse({"name": request.user.get_full_name(), "email": request.user.email})


def home(request):
    form = engines["django"].from_string(FORM).render(request=request)
    return HttpResponse(f"{request.user.is_authenticated and request.user.get_full_name()}{form}")


urlpatterns = [path("", home), path("papers", papers)]
"""
RUN = """
import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)
call_command("runserver", "127.0.0.1:{port}", use_reloader=False)
"""


@pytest.fixture(scope="module")
def board(landlord: Landlord, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    """A Django site; it looks every second, not every five minutes, whether people are still signed in."""
    guide = landlord.guides["mozilla-django-oidc"]
    folder = guide.write(tmp_path_factory.mktemp("board"))
    for name, above in (("settings.py", SETTINGS), ("urls.py", URLS)):
        text = (folder / name).read_text().replace("EXPIRY_SECONDS = 300", "EXPIRY_SECONDS = 1")
        (folder / name).write_text(above + text)
    environ = {"DJANGO_SETTINGS_MODULE": "settings", "CLIENT_SECRET": landlord.secret("board")}
    with running([sys.executable, "-c", RUN.format(port=guide.port)], folder, guide.port, **environ):
        yield guide


@pytest.mark.journey("paris-11")
def test_from_the_sign_in_to_the_sign_out(board: Guide, person: Person) -> None:
    page = person.sign_in(f"{board.app}/papers")
    assert page.url == f"{board.app}/papers"
    email = f"{person.identifier}@example.org"
    assert page.json() == {"name": "Chloé LEFÈVRE", "email": email}
    assert "Chloé LEFÈVRE" in person.open(f"{board.app}/").text
    page = person.submit("/oidc/logout/")
    assert page.url == f"{board.app}/"
    assert "Chloé LEFÈVRE" not in page.text
    assert person.is_asked_by(f"{board.app}/papers")


@pytest.mark.journey("all-8")
def test_it_notices_a_sign_out_elsewhere(board: Guide, person: Person) -> None:
    person.sign_in(f"{board.app}/papers")
    person.sign_out()
    assert soon(lambda: person.is_asked_by(f"{board.app}/papers"))
