"""Kind 14 of what attacks broke: no key is repeated, however a server spells it."""

from __future__ import annotations

import base64
import html
import json
import time
import urllib.parse

import pytest

from extractors.errors import FetchError
from extractors.fetch import Fetcher
from extractors.keys import hidden, repeats
from extractors.source import discover
from tests.attacks.edge import QUICK, reading
from tests.faults.misbehaving import serving

KEY = "sk-Never/to+be=seen-0123456789"
ECHOES = {
    "plain": KEY,
    "upper case": KEY.upper(),
    "lower case": KEY.lower(),
    "JSON with escaped slashes": json.dumps(KEY).replace("/", "\\/"),
    "JSON of numbers": "".join(f"\\u{ord(c):04X}" for c in KEY),
    "JSON in JSON": json.dumps(json.dumps(KEY).replace("/", "\\/")),
    "a URL": urllib.parse.quote(KEY, safe=""),
    "a URL in a URL": urllib.parse.quote(urllib.parse.quote(KEY, safe=""), safe=""),
    "a URL of numbers": "".join(f"%{ord(c):02x}" for c in KEY),
    "HTML": html.escape(KEY).replace("/", "&#x2F;"),
    "HTML of numbers": "".join(f"&#{ord(c)};" for c in KEY),
    "HTML of names": KEY.replace("/", "&sol;").replace("+", "&plus;").replace("=", "&equals;"),
    "base64": base64.b64encode(KEY.encode()).decode(),
    "base64 in a header's words": base64.b64encode(f"Bearer {KEY} ".encode()).decode(),
    "base64 of URLs": base64.urlsafe_b64encode(f"k:{KEY}:".encode()).decode(),
    "hex": KEY.encode().hex().upper(),
}


@pytest.mark.parametrize("spelling", list(ECHOES))
def test_a_key_is_known_and_hidden_in_every_spelling(spelling: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ECHOES[spelling]
    assert repeats(f'{{"message": "{said}"}}'.encode(), [KEY])
    assert said not in hidden(f"found {said} there", [KEY])
    source_id = "artificial_analysis"
    monkeypatch.setenv(discover()[source_id].source.key_env, KEY)
    answers = {
        "/body": lambda e: e.answer(said.encode()),
        "/header": lambda e: e.answer(b"{}", X_Was=said),
        "/place": lambda e: e.answer(status=302, Location=f"ftp://elsewhere/{said}"),
        "/moved": lambda e: e.answer(status=302, Location=f"/lost/{said}"),
    }
    with serving(answers) as server:
        for path in answers:
            with reading(server, path, source_id=source_id) as reader, pytest.raises(FetchError) as refused:
                Fetcher(QUICK).fetch(reader.source)
            assert said not in str(refused.value)
            assert not repeats(str(refused.value), [KEY])


@pytest.mark.parametrize(
    "text", ["", "sk-", "sk-never/to+be=seen", "\\" * 5000, "%25" * 5000, "&amp;" * 5000, "&#0" + "0" * 9000]
)
def test_what_is_no_key_stays_as_it_is(text: str) -> None:
    began = time.monotonic()
    assert hidden(text, [KEY]) == text
    assert not repeats(text.encode(), [KEY])
    assert time.monotonic() - began < 5
