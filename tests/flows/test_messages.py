"""Messages go to any address that apprise knows, without its secrets in a log, and never fail a run."""

from __future__ import annotations

import logging

import pytest

from flows.messages import ADDRESS, check, send
from tests.flows.servers import receiver
from warehouse.alerts import FAILING, Alert

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # of a plugin of apprise
ALERT = Alert(FAILING, "source.xai", "xai failed twice in a row: expected 8 rows")


def test_a_web_address_gets_the_same_json_as_from_prefect(monkeypatch):
    with receiver() as got:
        monkeypatch.setenv(ADDRESS, got.url)
        assert send([ALERT]) == 1
        assert send([]) == 0
    [body] = got.bodies
    assert body == {"text": ALERT.message, "event": FAILING, "subject": "gapledger.source.xai"}


def test_several_addresses_each_get_each_message():
    with receiver() as first, receiver() as second:
        assert send([ALERT, ALERT], f"{first.url} {second.url}") == 4
    assert len(first.bodies) == len(second.bodies) == 2


def test_what_cannot_be_sent_is_a_warning_without_the_address(caplog):
    with caplog.at_level(logging.DEBUG):
        assert send([ALERT], "json://user:secret-word@127.0.0.1:9/hook") == 0
    assert "a message about source.xai could not be sent (json://)" in caplog.text
    assert "secret-word" not in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "mailtos://me:pass@mail.example",
        "slack://aaaaaaaaa/bbbbbbbbb/cccccccccccc",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "https://chat.example/x",
    ],
)
def test_chats_mail_and_web_addresses_are_known(address: str):
    check(address)


def test_an_address_of_no_known_kind_is_refused_without_naming_it():
    with pytest.raises(ValueError, match=r"pigeon://") as refused:
        check("pigeon://secret-word")
    assert "secret-word" not in str(refused.value)
