"""Shows enough of an address for its owner to know it, and too little for anybody else."""


def masked(email: str) -> str:
    """Mask an e-mail address: `jeanne.martin@example.fr` is `j•••••@example.fr`."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}•••••@{domain}"
