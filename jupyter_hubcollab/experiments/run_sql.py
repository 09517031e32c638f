"""A `RunQuery` as SQL over the tables of MLflow's SQLite database: conditions, order, groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import BadQuery
from .conditions import Condition
from .recorded import LARGEST, NOTEBOOK_TAG, USER_TAG
from .run_query import NUMBERS, RunQuery

Sql = tuple[str, list[Any]]

_TAG = "(SELECT t.value FROM tags t WHERE t.run_uuid = r.run_uuid AND t.key = '{key}')"
COLUMNS = {
    "status": "r.status",
    "run_name": "r.name",
    "run_id": "r.run_uuid",
    "user_id": f"coalesce({_TAG.format(key=USER_TAG)}, {_TAG.format(key='mlflow.user')}, r.user_id)",
    "start_time": "r.start_time",
    "end_time": "r.end_time",
    "duration": "((coalesce(r.end_time, strftime('%s', 'now') * 1000) - r.start_time) / 1000.0)",
    "experiment": "e.name",
    "notebook": _TAG.format(key=NOTEBOOK_TAG),
    "artifact_uri": "r.artifact_uri",
}
_WORD = f"""(r.name LIKE ? ESCAPE '/' OR e.name LIKE ? ESCAPE '/' OR r.status LIKE ? ESCAPE '/'
    OR r.run_uuid LIKE ? ESCAPE '/' OR {COLUMNS["user_id"]} LIKE ? ESCAPE '/'
    OR r.run_uuid IN (SELECT t.run_uuid FROM tags t WHERE t.key = '{NOTEBOOK_TAG}' AND t.value LIKE ? ESCAPE '/')
    OR r.run_uuid IN (SELECT p.run_uuid FROM params p WHERE p.key LIKE ? ESCAPE '/' OR p.value LIKE ? ESCAPE '/'))"""  # noqa: S608 -- constants
_PLACES = 8
_IN_METRICS = "r.run_uuid {no}IN (SELECT m.run_uuid FROM latest_metrics m WHERE m.key = ?{and_})"
_IN_PARAMS = "r.run_uuid {no}IN (SELECT p.run_uuid FROM params p WHERE p.key = ?{and_})"
_IN_TAGS = "r.run_uuid {no}IN (SELECT t.run_uuid FROM tags t WHERE t.key = ?{and_})"
_NUMERIC = "(p.value GLOB '[-+.0-9]*' AND CAST(p.value AS REAL) {comparator} ?)"


def where(query: RunQuery) -> Sql:
    """The condition on a run ``r`` of an experiment ``e``."""
    parts: list[str] = ["r.lifecycle_stage = 'active'"]
    values: list[Any] = []
    if query.notebook is not None:
        parts.append("r.run_uuid IN (SELECT run_uuid FROM tags WHERE key = ? AND value = ?)")
        values += [NOTEBOOK_TAG, query.notebook]
    for one in query.conditions:
        text, more = _BY_ENTITY[one.entity](one)
        parts.append(text)
        values += more
    for word in query.words:
        parts.append(_WORD)
        values += [f"%{_escaped(word)}%"] * _PLACES
    return " AND ".join(parts), values


def order(query: RunQuery) -> tuple[str, str, list[Any]]:
    """A join and an ORDER BY, and the values of the join; what is not there comes last either way."""
    entity, _, key = query.order.partition(".")
    direction = "DESC" if query.descending else "ASC"
    tail = "r.start_time DESC, r.run_uuid"
    if entity == "metric":
        join = "LEFT JOIN latest_metrics o ON o.run_uuid = r.run_uuid AND o.key = ?"
        return join, f"o.value IS NULL, o.is_nan OR abs(o.value) > {LARGEST}, o.value {direction}, {tail}", [key]
    if entity == "param":
        join = "LEFT JOIN params o ON o.run_uuid = r.run_uuid AND o.key = ?"
        number = "CASE WHEN o.value GLOB '[-+.0-9]*' THEN CAST(o.value AS REAL) END"
        return join, f"o.value IS NULL, {number} IS NULL, {number} {direction}, o.value {direction}, {tail}", [key]
    return "", f"{COLUMNS[key]} IS NULL, {COLUMNS[key]} {direction}, {tail}", []


def grouping(by: str) -> tuple[str, str, list[Any]]:
    """A join and the expression by whose value runs are put together."""
    entity, _, key = by.partition(".")
    if entity == "param":
        return "LEFT JOIN params g ON g.run_uuid = r.run_uuid AND g.key = ?", "g.value", [key]
    if entity == "attribute" and key in COLUMNS and key not in NUMBERS:
        return "", COLUMNS[key], []
    raise BadQuery("runs are grouped by user, status, experiment, notebook or params.NAME")


def _escaped(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _comparison(column: str, one: Condition, number: bool) -> Sql:
    if one.comparator in ("IS NULL", "IS NOT NULL"):
        return f"{column} {one.comparator}", []
    if one.comparator in ("IN", "NOT IN"):
        values = one.value if isinstance(one.value, tuple) else ()
        return f"{column} {one.comparator} ({', '.join('?' * len(values))})", list(values)
    if one.comparator == "LIKE":
        return f"{column} GLOB ?", [_glob(one.text)]
    if one.comparator == "ILIKE":
        return f"{column} LIKE ?", [one.text]
    return f"{column} {one.comparator} ?", [one.number if number else _string(one)]


def _glob(pattern: str) -> str:
    """SQLite's LIKE does not see case; its GLOB does."""
    marks = {"*": "[*]", "?": "[?]", "[": "[[]", "%": "*", "_": "?"}
    return "".join(marks.get(letter, letter) for letter in pattern)


def _string(one: Condition) -> str:
    if isinstance(one.value, float):
        return f"{one.value:g}"
    return one.text


def _attribute(one: Condition) -> Sql:
    if one.key == "status" and isinstance(one.value, str) and one.comparator in ("=", "!="):
        one = Condition(one.entity, one.key, one.comparator, one.value.upper())
    return _comparison(COLUMNS[one.key], one, one.key in NUMBERS)


def _metric(one: Condition) -> Sql:
    if one.comparator in ("IS NULL", "IS NOT NULL"):
        return _IN_METRICS.format(no="NOT " if one.comparator == "IS NULL" else "", and_=""), [one.key]
    text, values = _comparison("m.value", one, number=True)
    return _IN_METRICS.format(no="", and_=f" AND NOT m.is_nan AND {text}"), [one.key, *values]


def _param(one: Condition) -> Sql:
    if one.comparator in ("IS NULL", "IS NOT NULL"):
        return _IN_PARAMS.format(no="NOT " if one.comparator == "IS NULL" else "", and_=""), [one.key]
    if isinstance(one.value, float):
        numeric = _NUMERIC.format(comparator=one.comparator)
        return _IN_PARAMS.format(no="", and_=f" AND {numeric}"), [one.key, one.value]
    text, values = _comparison("p.value", one, number=False)
    return _IN_PARAMS.format(no="", and_=f" AND {text}"), [one.key, *values]


def _tag(one: Condition) -> Sql:
    if one.comparator in ("IS NULL", "IS NOT NULL"):
        return _IN_TAGS.format(no="NOT " if one.comparator == "IS NULL" else "", and_=""), [one.key]
    text, values = _comparison("t.value", one, number=False)
    return _IN_TAGS.format(no="", and_=f" AND {text}"), [one.key, *values]


def _any(one: Condition) -> Sql:
    """A bare name: a metric if it is compared with a number, a parameter in any case."""
    param, values = _param(one)
    if not isinstance(one.value, float):
        return param, values
    metric, more = _metric(one)
    return f"({metric} OR {param})", [*more, *values]


_BY_ENTITY: dict[str, Callable[[Condition], Sql]] = {
    "attribute": _attribute,
    "metric": _metric,
    "param": _param,
    "tag": _tag,
    "any": _any,
}
