"""Shows enough of an address for its owner to know it, and too little for anybody else."""


def masked(email: str) -> str:
    """Mask an e-mail address: `jeanne.martin@example.fr` is `j•••••@example.fr`."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}•••••@{domain}"


def masked_identifier(identifier: str) -> str:
    """Mask an identifier: `7539572` is `7•••••2`, so that its owner finds it on a notice."""
    return f"{identifier[:1]}•••••{identifier[-1:] if len(identifier) > 2 else ''}"
