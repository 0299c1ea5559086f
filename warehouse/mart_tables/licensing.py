"""Under which licence the sources and boards behind the other tables stand."""

from __future__ import annotations

from warehouse import columns as c
from warehouse.columns import FLAG, TEXT
from warehouse.mart_tables.operations import title
from warehouse.schema import Column, Table
from warehouse.tables import fields

subject = Column("subject", TEXT, "What the licence is of.", choices=("source", "board"))
subject_id = Column("subject_id", TEXT, "Its source_id or board_id.", pattern=r"[a-z0-9_]+")
licence_id = Column("licence_id", TEXT, "The licence's key in warehouse/licences.py.", pattern=r"[a-z0-9_]+")
licence_name = Column("licence_name", TEXT, "The licence's name.")
licence_url = Column("licence_url", TEXT, "Its text; empty where the publisher states none.")
may_republish = Column(
    "may_republish",
    FLAG,
    "Whether its figures stand in published tables; where not, only what is derived from them.",
)
commercial_use = Column("commercial_use", FLAG, "Whether commercial use is allowed.")
attribution = Column("attribution", TEXT, "What has to be shown beside numbers that rest on it.")

ATTRIBUTIONS = Table(
    "attributions",
    1,
    "The licence and the attribution of every source and board: join on source_id or board_id.",
    fields(
        c.as_of,
        subject,
        subject_id,
        title,
        licence_id,
        licence_name,
        licence_url,
        may_republish,
        commercial_use,
        attribution,
    ),
    key=("as_of", "subject", "subject_id"),
    history=False,
)

TABLES = (ATTRIBUTIONS,)
