"""Addresses of published files stay, have a schema where they are JSON of ours, and read as users do."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import feedparser
import jsonschema
import pytest

from reports.api.files import api_files, schemas
from tests.reports.made_published import DAY
from tests.reports.test_for_programs import made_tables
from warehouse.addresses import ADDRESSES, API, address_of
from warehouse.dictionary import LOCK, gone_addresses

ROOT = Path(__file__).parents[2]
# Made with the page, with the set, or beside it; their tests: test_page, test_for_programs, test_catalog.
ELSEWHERE = {
    "datapackage.json", "marts/datapackage.json", "marts/<table>.parquet",
    "report/index.html", "report/feed.xml", "report/croissant.json", f"{API}/gapledger.duckdb",
}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return api_files(made_tables(), DAY)


def test_an_address_that_readers_know_is_never_gone():
    frozen = json.loads((ROOT / LOCK).read_text())["addresses"]
    assert len(frozen) >= 18
    assert gone_addresses(frozen) == []
    assert gone_addresses([*frozen, "report/api/v1/old.json"]) == ["address report/api/v1/old.json is gone"]


def test_every_file_has_a_known_address_and_every_address_a_file(made):
    assert [name for name in made if address_of(name) is None] == []
    assert {address_of(name) for name in made} | ELSEWHERE == set(ADDRESSES)


def test_every_json_of_ours_fits_the_schema_that_its_address_names(made):
    ours = {name: ADDRESSES[address_of(name)] for name in made if ADDRESSES[address_of(name)]}
    assert len({*ours.values()}) == 7
    for name, schema in ours.items():
        jsonschema.validate(json.loads(made[name]), json.loads(schemas()[schema]))
    assert {*ours.values(), "eee.json"} == schemas().keys()


def test_what_is_no_json_reads_as_its_users_read_it(made):
    for name, body in made.items():
        if name.endswith(".csv"):
            rows = list(csv.DictReader(io.StringIO(body.decode())))
            assert {"valid_on", "lag_days", "lag_months"} <= rows[0].keys()
        elif name.endswith(".xml"):
            assert not feedparser.parse(body).bozo
        elif name.startswith(f"{API}/schema/"):
            jsonschema.validators.validator_for(json.loads(body)).check_schema(json.loads(body))


def test_a_table_of_another_folder_or_depth_has_no_address():
    assert address_of("marts/lag.parquet") == "marts/<table>.parquet"
    assert address_of("marts/as_of/2026-07-01/lag.parquet") is None
    assert address_of("report/api/v1/prices/a/b/c.json") is None
    assert all(re.fullmatch(r"[\w./<>-]+", address) for address in ADDRESSES)
