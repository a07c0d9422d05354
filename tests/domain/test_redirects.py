import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.redirects import is_registered

WEB = ["https://web.example/callback"]
NATIVE = ["http://127.0.0.1/callback", "http://[::1]:1234/callback", "example.lutece.phone:/callback"]


@given(st.text())
def test_only_an_exact_copy_is_registered(uri: str) -> None:
    assert not is_registered(uri, WEB, native=False)
    assert is_registered(WEB[0], WEB, native=False)


@pytest.mark.spec("RFC 8252 7.3")
@given(st.integers(1, 65535))
def test_a_native_app_may_listen_on_any_port_of_the_loopback(port: int) -> None:
    assert is_registered(f"http://127.0.0.1:{port}/callback", NATIVE, native=True)
    assert is_registered(f"http://[::1]:{port}/callback", NATIVE, native=True)
    assert not is_registered(f"http://127.0.0.1:{port}/callback", NATIVE, native=False)


@pytest.mark.spec("RFC 8252 8.4")
@pytest.mark.threat("T-52")
@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:80:80/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:123456/callback",
        "http://127.0.0.1:٣/callback",
        "http://127.0.0.1:80/callback/",
        "http://127.0.0.1:80/other",
        "http://127.0.0.1:80@evil.example/callback",
        "http://evil@127.0.0.1:80/callback",
        "http://127.0.0.1.evil.example/callback",
        "https://127.0.0.1:80/callback",
        "http://127.0.0.2:80/callback",
        "http://localhost:80/callback",
        "HTTP://127.0.0.1:80/callback",
        "http://127.0.0.1:80/callback\n",
        "http://127.0.0.1:80/callback?more=1",
        "example.lutece.phone:/callback:80",
        "example.lutece.phone:80/callback",
    ],
)
def test_nothing_but_the_port_may_differ(uri: str) -> None:
    assert not is_registered(uri, NATIVE, native=True)
