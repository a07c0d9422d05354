"""The packages of npm that tests sign in with are there."""

from pathlib import Path

from tests.clients import node


@node.needs_packages
def test_packages_are_found(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(node.MODULES)
    script = tmp_path / "look.mjs"
    script.write_text("import * as client from 'openid-client'\nconsole.log(typeof client.discovery)\n")
    assert node.run(script) == "function\n"
