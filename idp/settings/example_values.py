"""Values that the examples show where a setting has no default."""

from collections.abc import Mapping
from typing import Any

NEEDED = {"contact.phone", "clients.secret_file", "registry.roles"}
"""Settings with a default that the example cannot do without: one of several ways must be chosen."""

VALUES: Mapping[str, Any] = {
    "mail.smtp.username": "loge",
    "mail.smtp.password_file": "var/secrets/smtp",
    "issuer": "/lutece",
    "name": "Régie Lutèce",
    "home_url": "https://espace.lutece.example/sign-in",
    "identifier_label": "Référence client",
    "identifier_hint": "Elle se trouve en haut à droite de votre avis d’échéance.",
    "identifier_picture": "config/landlords/lutece-notice.svg",
    "brand.mark": "config/landlords/lutece.svg",
    "sender.name": "Régie Lutèce",
    "sender.address": "noreply@lutece.example",
    "sender.reply_to": "accueil@lutece.example",
    "contact.name": "votre gestionnaire",
    "contact.phone": "01 99 00 12 34",
    "contact.email": "accueil@lutece.example",
    "contact.hours": "du lundi au vendredi, de 9 h à 17 h",
    "sign_in.identifier.strip_prefix": "L/",
    "sign_in.identifier.length": 8,
    "registry.columns": {
        "identifier": {"header": "Identifiant", "pattern": "[0-9]{6,8}"},
        "contract": {"header": "Lot"},
        "last_name": {"header": "Nom"},
        "first_name": {"header": "Prénom"},
        "birth_date": {"header": "Né(e) le"},
        "email": {"header": "Courriel", "label": "e-mail"},
        "role": {"header": "Qualité"},
        "legacy_hash": {"header": "Empreinte"},
    },
    "registry.facts": {"module": {"header": "N° de module", "pattern": "[0-9]{8}"}},
    "registry.roles": {"Locataire": "tenant", "Copropriétaire": "co_owner"},
    "registry.kinds": {"default": "lot"},
    "clients.client_id": "portal",
    "clients.name": "Mon espace Lutèce",
    "clients.secret_file": "var/secrets/lutece-portal",
    "clients.redirect_uris": ["https://espace.lutece.example/callback"],
}
