"""What a row of each seed must be: one strict pydantic model a table of `warehouse/seeds/`, read by seeds.py.

Values come as text. A type's validator raises ValueError with the words for what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from warehouse.seed_types import (
    Address,
    AddressOrEmpty,
    Confidence,
    Country,
    CountryOrEmpty,
    DateKind,
    Day,
    DayOrEmpty,
    Flag,
    FlagOrEmpty,
    Key,
    KeyOrEmpty,
    Kind,
    KindOrEmpty,
    LicenceKey,
    ModelId,
    ModelIdOrEmpty,
    Number,
    NumberOrEmpty,
    Precision,
    Text,
    TextOrEmpty,
    Unit,
    like,
)

SCALES = {"fraction": (0.0, 1.0), "per cent": (0.0, 100.0)}
STATED_INTERVALS = ("board interval", "board interval (by model) or none", "joint refits (by model)")


class Row(BaseModel):
    """A row of a seed. `key`: the columns that name it; `refers`: (column, seed, its column that has it)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: ClassVar[tuple[str, ...]] = ()
    refers: ClassVar[tuple[tuple[str, str, str], ...]] = ()


class Lab(Row):
    """Who trains models; a second row for a lab whose country or parent changed."""

    key = ("lab_id", "valid_from")
    lab_id: Key
    name: Text
    country: Country
    parent: TextOrEmpty
    valid_from: DayOrEmpty
    valid_to: DayOrEmpty
    aliases: TextOrEmpty
    feed_ids: TextOrEmpty
    evidence: Text


class Model(Row):
    """A model with its facts."""

    key = ("model_id",)
    refers = (("lab_id", "labs", "lab_id"), ("base_model_id", "models", "model_id"))
    model_id: ModelId
    lab_id: Key
    family: TextOrEmpty
    name: Text
    open_weights: FlagOrEmpty
    params_total: NumberOrEmpty
    params_active: NumberOrEmpty
    context_tokens: NumberOrEmpty
    flagship: Flag
    tier: Literal["major", "minor", "variant"]
    base_model_id: ModelIdOrEmpty
    evidence: Text

    @model_validator(mode="after")
    def _of_its_lab(self) -> Model:
        if self.model_id.split("/")[0] != self.lab_id:
            raise ValueError(f"model_id {self.model_id} is not of lab_id {self.lab_id}")
        return self


class ModelDate(Row):
    """A day of a model's or build's release or withdrawal, by kind."""

    key = ("model_id", "revision", "date_kind")
    refers = (("model_id", "models", "model_id"),)
    model_id: ModelId
    revision: TextOrEmpty
    date_kind: DateKind
    released_on: Day
    precision: Precision
    evidence: Text
    confidence: Confidence


class Alias(Row):
    """What a printed name means at a source (`*`: at every one) from valid_from until before valid_to."""

    key = ("source_id", "listed_model", "listed_setting", "valid_from")
    refers = (("model_id", "models", "model_id"),)
    source_id: Annotated[str, like(r"\*|[a-z0-9_]+\*?", "a source, a beginning with *, or *")]
    listed_model: Text
    listed_setting: TextOrEmpty
    valid_from: DayOrEmpty
    valid_to: DayOrEmpty
    model_id: ModelId
    revision: TextOrEmpty
    setting: TextOrEmpty
    evidence: Text


class Board(Row):
    """A leaderboard.

    role: `headline` speaks for itself; `benchmark` is one of an archive of many, in the tables and not in
    the headline; `composite` is a headline board made of others' scores, which our own index leaves out;
    `unranked` is in no frontier and no lag (a rate of errors, a game, agents and models mixed). ruler: the
    board of whose measurement this is a copy or another fit; its own id where there is none. refitted: the
    whole history is fitted again at each publication. general: of many subjects, or of people's choice among
    answers; general boards come first where boards are listed, in this table's order. pooled: the pooled lag
    reads it as a ruler of capability, if no other copy of its measurement is read: `no` for rates of error,
    agents and models mixed, composites of others' scores, boards without a Chinese model, and tests of common
    sense, trivia and video that frontier models had left behind by 2024.
    """

    key = ("board_id",)
    refers = (("ruler", "boards", "board_id"),)
    board_id: Key
    name: Text
    role: Literal["headline", "benchmark", "composite", "unranked"]
    ruler: Key
    refitted: Flag
    general: Flag
    pooled: Flag
    metric: Key
    unit: Unit
    higher_is_better: Flag
    scale_min: NumberOrEmpty
    scale_max: NumberOrEmpty
    interval_kind: Literal[
        "none",
        "binomial",
        "standard error",
        "board interval",
        "board interval (by model) or none",
        "joint refits (by model)",
    ]
    interval_level: NumberOrEmpty
    licence: LicenceKey
    url: Annotated[str, like(r"https?://\S+|METHOD\.md#\S+", "an address with https://, or METHOD.md#part")]
    coverage_note: Text
    min_us_models_note: Text
    evidence: Text

    @model_validator(mode="after")
    def _one_scale(self) -> Board:
        scale = SCALES.get(self.unit)
        if scale and (self.scale_min, self.scale_max) != scale:
            raise ValueError(f"scale_min and scale_max of a {self.unit} are {scale[0]:g} and {scale[1]:g}")
        if (self.interval_level is not None) != (self.interval_kind in STATED_INTERVALS):
            raise ValueError(f"interval_level is given with {', '.join(STATED_INTERVALS)} and with no other")
        return self


class Provider(Row):
    """Who sells calls: one row a provider. kind: what it is, unless one of its names says otherwise."""

    key = ("provider_id",)
    refers = (("lab_id", "labs", "lab_id"),)
    provider_id: Key
    name: Text
    country: CountryOrEmpty
    lab_id: KeyOrEmpty
    kind: Kind
    evidence: Address
    checked: Confidence

    @model_validator(mode="after")
    def _place(self) -> Provider:
        if not self.country and self.checked != "low":
            raise ValueError("country may be empty only where checked is 'low'")
        return self


class ProviderName(Row):
    """What a source calls a provider. kind and evidence are empty where they are the provider's."""

    key = ("source_id", "listed_provider")
    refers = (("provider_id", "providers", "provider_id"),)
    source_id: Key
    listed_provider: Annotated[str, like(r"[^A-Z\s]([^A-Z]*[^A-Z\s])?", "the printed name in lower case")]
    provider_id: Key
    kind: KindOrEmpty
    region_of_service: Literal["", "CN", "intl", "EU", "SG"]
    first_party_prefixes: TextOrEmpty
    evidence: AddressOrEmpty


class PolicyEvent(Row):
    """A day of export controls, drawn in the charts."""

    key = ("event_on", "label")
    event_on: Day
    precision: Precision
    label: Text
    title: Text
    direction: Literal["tightened", "loosened"]
    issuer: Text
    evidence: Text
    url: Address
    confidence: Confidence


class EciScore(Row):
    """Epoch's index as published by 2026-07-01, in the columns and spellings of its own file."""

    key = ("Model version",)
    version: str = Field(min_length=1, alias="Model version")
    score: Number = Field(alias="ECI Score")
    released_on: DayOrEmpty = Field(alias="Release date")
    organization: str = Field(min_length=1, alias="Organization")
    country: str = Field(min_length=1, alias="Country")
    access: str = Field(alias="Model accessibility")
    model: str = Field(min_length=1, alias="Model name")
    display: str = Field(alias="Display name")
    evidence: Text


SEEDS: Mapping[str, type[Row]] = {
    "labs": Lab,
    "models": Model,
    "model_dates": ModelDate,
    "aliases": Alias,
    "boards": Board,
    "providers": Provider,
    "provider_names": ProviderName,
    "policy_events": PolicyEvent,
    "eci_scores": EciScore,
}
