"""Inserts that mean the same on both databases."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert, ReturningInsert
from sqlalchemy.sql.elements import ColumnElement

DialectName = Literal["sqlite", "postgresql"]


def insert_new(
    dialect: DialectName, table: Table, row: dict[str, Any] | None = None, returning: ColumnElement[Any] | None = None
) -> ReturningInsert[Any]:
    """Insert unless a unique key is there; returns `returning` (or the primary key) of the rows that are new."""
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = make(table).on_conflict_do_nothing()
    if row is not None:
        statement = statement.values(row)
    back = [returning] if returning is not None else list(table.primary_key.columns)
    return statement.returning(*back)


def upsert(dialect: DialectName, table: Table) -> Insert:
    """Insert rows given at execution; where the primary key is there, every other column takes the new value."""
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    key = list(table.primary_key.columns)
    statement = make(table)
    changed = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def latest_upsert(dialect: DialectName, table: Table, moment: str) -> Insert:
    """An upsert that leaves a row alone whose column `moment` is later than the new one's."""
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    key = list(table.primary_key.columns)
    statement = make(table)
    changed = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    newer = table.c[moment] <= statement.excluded[moment]
    return statement.on_conflict_do_update(index_elements=key, set_=changed, where=newer)
