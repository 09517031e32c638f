"""Numbers and dates in a sentence: sizes, parameters, memory, metrics, downloads, recency.

Each reader takes the sentence, gives the conditions that it found, and blanks what it has read, so that the next one
does not read it again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from .conditions import Condition, Op, shown_bytes, shown_count

_NUMBER = (
    r"(?P<number>\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?:[.,]\d+)?|half an?|a quarter(?: of an?)?|"
    r"(?:(?:an?|one|two|three|five) )?hundred|one|two|three|four|five|six|ten|twelve|twenty|fifty|"
    r"an?(?= (?:thousand|million|billion|megabyte|gigabyte|mb|gb|meg|gig)\b))"
)
_LESS = (
    r"(?:under|below|beneath|less than|fewer than|smaller than|lighter than|lower than|at most|up to|upto|"
    r"(?:no|not) (?:larger|bigger|more|greater|heavier) than|max(?:imum)?(?: of)?|within|"
    r"fits? (?:in|into|on|within)(?: an?)?|"
    r"not exceeding|doesn't exceed|<=?|≤)"
)
_MORE = (
    r"(?:over|above|more than|at least|larger than|bigger than|greater than|higher than|better than|exceeding|"
    r"min(?:imum)?(?: of)?|"
    r"(?:no|not) (?:less|smaller|fewer|worse) than|>=?|≥)"
)
_ABOUT = r"(?:about|around|approximately|approx\.?|roughly|some|~)"
_AFTER_LESS = r"(?:at most|or less|or smaller|or fewer|or below|max(?:imum)?|tops|at the most)"
_AFTER_MORE = r"(?:or more|or larger|or bigger|at least|or better|and up|minimum)"
_BYTES = r"(?P<unit>kb|mb|gb|tb|kib|mib|gib|kilobytes?|megabytes?|gigabytes?|terabytes?|megs?|gigs?)"
_COUNT = r"(?P<unit>k|m|mm|b|bn|t|thousand|million|billion|trillion)"
_PARAMETERS = r"(?:[- ]?(?:params?|parameters?|weights|parametres))"
_METRIC = (
    r"(?P<metric>accuracy|acc|f1(?:[- ]score)?|f-score|(?:sacre)?bleu|rouge(?:-[l12])?|dice(?: score)?|"
    r"ndcg(?:@10)?|mrr|chrf|meteor|cider|psnr|ssim|fid|mse|mape|eer|mcc|matthews correlation|spearman|pearson|kappa|"
    r"map|mean average precision|wer|"
    r"word error rate|cer|"
    r"character error rate|auc|"
    r"roc[- ]auc|miou|iou|top[- ]?1(?: accuracy)?|top[- ]?5(?: accuracy)?|perplexity|exact match|"
    r"precision|recall|mae|rmse|r2)"
)
_OTHER_METRIC = r"(?P<metric>(?!(?:with|and|for|has|have|score|that|which|than|the|are|not)\b)[a-z][a-z0-9@-]{2,24})"
_SHARE = r"(?P<number>0?\.\d+|\d+(?:\.\d+)?(?=\s*(?:%|percent)))\s*(?P<percent>%|percent)?"
_FACTORS = {"thousand": 1e3, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12}
_WORDS = {
    "half": 0.5, "quarter": 0.25, "a": 1, "an": 1, "of": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "ten": 10, "twelve": 12, "twenty": 20, "fifty": 50, "hundred": 100,
}  # fmt: skip
_METRICS = {
    "acc": "accuracy", "f1-score": "f1", "f1 score": "f1", "f-score": "f1", "word error rate": "wer", "roc-auc": "auc",
    "roc auc": "auc", "mean average precision": "map", "character error rate": "cer", "top-1 accuracy": "top1",
    "top-1": "top1", "top 1": "top1", "top 1 accuracy": "top1", "top1 accuracy": "top1", "top-5": "top5",
    "top 5": "top5", "iou": "miou", "top-5 accuracy": "top5", "exact match": "exactmatch", "rouge-l": "rougel",
    "rouge-1": "rouge1", "rouge-2": "rouge2", "dice score": "dice", "ndcg@10": "ndcg", "mcc": "matthewscorrelation",
    "matthews correlation": "matthewscorrelation",
}  # fmt: skip
_CARDS = {
    "t4": 16, "p100": 16, "v100": 16, "a100": 40, "h100": 80, "h200": 141, "l4": 24, "l40s?": 48, "a10g?": 24,
    "a40": 48, "a6000": 48, r"1080 ?ti": 11, "1660": 6, "10[78]0": 8, r"2080 ?ti": 11, "2060": 6, "20[78]0": 8,
    r"3060 ?ti": 8, "3060": 12, "30[57]0": 8, r"3080 ?ti": 12, "3080": 10, "3090": 24, "4060": 8, "4070": 12,
    "4080": 16, "4090": 24, "5070": 12, "5080": 16, "5090": 32,
}  # fmt: skip
"""Gigabytes of graphics cards by their names; the smallest one that is sold."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DATE = rf"(?:{_MONTH}\s+)?(?P<y>(?:19|20)\d\d)(?:-(?P<m>\d\d)(?:-(?P<d>\d\d))?)?(?!\w)"
_DATE_2 = re.sub(r"\?P<(\w+)>", r"?P<\1_2>", _DATE)
_NEWER = r"(?:not? older than|newer than|younger than|not before|no earlier than)"
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_TENS_WORD = re.compile(rf"\b({'|'.join(_TENS)})(?= (?:percent|%|mb|gb|megabytes?|gigabytes?|million|billion)\b)")
_LONGEST_AGO = 36_500
"""Days."""
NO_FRACTIONS = frozenset({"perplexity", "mae", "rmse", "mse", "mape", "fid", "psnr"})
"""Metrics of which 1 is not 100 %."""
ERROR_RATES = frozenset({"wer", "cer", "eer"})
LOWER_IS_BETTER = NO_FRACTIONS - {"psnr"} | ERROR_RATES
_UPDATED = r"(?:(?:last )?(?:updated|released|published|changed|made))"
_SPANS = {"day": 1, "week": 7, "month": 30.5, "year": 365.25}


@dataclass
class Sentence:
    """What is left to read, and what was read."""

    left: str
    today: datetime = field(default_factory=lambda: datetime.now(UTC))
    found: list[Condition] = field(default_factory=list)

    def take(self, pattern: str | re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Each match of *pattern*; blanked as soon as it was looked at."""
        compiled = re.compile(pattern) if isinstance(pattern, str) else pattern
        while match := compiled.search(self.left):
            self.left = self.left[: match.start()] + " , " + self.left[match.end() :]
            yield match


def read_numbers(sentence: Sentence) -> None:
    """Find everything that has a number."""
    readers = (_filters, _memory, _cards, _popularity, _stars, _metrics, _sizes, _parameters, _recency, _other_metrics)
    sentence.left = _TENS_WORD.sub(lambda match: str(_TENS[match[1]]), sentence.left)
    for reader in readers:
        reader(sentence)


def _limit(number: str, unit: str = "") -> float:
    if number[0].isalpha():
        value = math.prod(_WORDS[word] for word in number.split())
    else:
        whole = re.fullmatch(r"\d{1,3}(?:,\d{3})+", number)
        value = float(number.replace(",", "" if whole else "."))
    return value * _FACTORS.get(unit, _FACTORS.get(unit[:1], 1.0))


def bounded(field: str, op: Op, number: float) -> Condition:
    """A limit, worded."""
    shown = shown_bytes(number) if field in ("size", "memory") else shown_count(number)
    words = {
        ("size", "<="): f"under {shown}", ("size", ">="): f"over {shown}",
        ("params", "<="): f"at most {shown} parameters", ("params", ">="): f"at least {shown} parameters",
        ("memory", "<="): f"fits {shown} of memory", ("downloads", ">="): f"{shown} downloads or more",
        ("likes", ">="): f"{shown} likes or more",
        ("stars", ">="): f"{shown} stars or more",
        ("size", "~"): f"about {shown}", ("params", "~"): f"about {shown} parameters",
    }  # fmt: skip
    if field.startswith("metric."):
        return metric_limit(field.removeprefix("metric."), op, number)
    if field == "updated":
        return updated_since(number) if op == ">=" else updated_before(number)
    return Condition(field, op, number=number, text=words.get((field, op), f"{field} {op} {shown}"))


def updated_since(day: float) -> Condition:
    """A moment as days since 1970."""
    date = datetime.fromtimestamp(day * 86400, UTC).date().isoformat()
    return Condition("updated", ">=", number=day, text=f"updated since {date}")


def updated_before(day: float) -> Condition:
    """A moment as days since 1970."""
    date = datetime.fromtimestamp(day * 86400, UTC).date().isoformat()
    return Condition("updated", "<=", number=day, text=f"last updated before {date}")


_FILTER = re.compile(
    r"(?<![\w-])(?P<field>updated(?=[<>]=\d{5}(?![\w-]))|size|params|parameters|downloads|likes|memory|stars|metric\.[a-z0-9_]+)\s*(?P<op><=?|>=?|≤|≥|~)\s*(?P<number>\d+(?:\.\d+)?(?:e\+?\d+)?)\s*(?P<unit>[kmgtb]?i?b?)(?![\w])"
)
_OPS: dict[str, Op] = {"<": "<=", "<=": "<=", "≤": "<=", "~": "~"}


def _filters(sentence: Sentence) -> None:
    for match in sentence.take(_FILTER):
        field_ = "params" if match["field"].startswith("param") else match["field"]
        op = _OPS.get(match["op"], ">=")
        sentence.found.append(bounded(field_, op, float(match["number"]) * _FACTORS.get(match["unit"][:1], 1.0)))


def _memory(sentence: Sentence) -> None:
    on = r"(?:\s+(?:of\s+)?(?:gpu(?: memory)?|vram|ram|memory|graphics card|video memory))"
    pattern = rf"(?:(?:{_LESS}|runs? on|for|on|with)\s+(?:an?\s+)?)?{_NUMBER}\s*{_BYTES}{on}(?:\s+{_AFTER_LESS})?"
    for match in sentence.take(pattern):
        sentence.found.append(bounded("memory", "<=", _limit(match["number"], match["unit"])))


def _cards(sentence: Sentence) -> None:
    names = "|".join(_CARDS)
    maker = r"(?:nvidia |tesla |geforce |[rg]tx )*"
    for match in sentence.take(
        rf"(?:(?:runs?|fits?|works?|running)\s+(?:on|in|with)\s+(?:an?|my|the|one)\s+(?:single\s+)?{maker}(?P<a>{names})"
        rf"|(?<!trained )(?<!tuned )\bon (?:an?|my)\s+{maker}(?P<b>{names})|\b(?:[rg]tx|geforce) {maker}(?P<c>{names})"
        rf"|\b{maker}(?P<d>{names})(?=\s+(?:gpu|card)))(?:\s+(?:gpus?|(?:graphics )?cards?))?\b"
    ):
        card = match["a"] or match["b"] or match["c"] or match["d"]
        room = next(room for name, room in _CARDS.items() if re.fullmatch(name, card))
        sentence.found.append(bounded("memory", "<=", room * 1e9))


def _popularity(sentence: Sentence) -> None:
    pattern = rf"(?:{_MORE}\s+)?(?P<number>\d[\d,]*)\s*(?P<unit>k|m)?\s*(?P<what>downloads|likes)(?:\s+{_AFTER_MORE})?"
    for match in sentence.take(pattern):
        number = _limit(match["number"].replace(",", ""), match["unit"] or "")
        sentence.found.append(bounded(match["what"], ">=", number))


def _stars(sentence: Sentence) -> None:
    number = r"(?P<number>[1-5](?:\.\d)?)"
    pattern = rf"(?:(?:rated|with|reviewed)\s+)?(?:{_MORE}\s+)?{number}\s*\+?\s*stars?(?:\s+{_AFTER_MORE})?"
    for match in sentence.take(pattern):
        sentence.found.append(bounded("stars", ">=", float(match["number"])))


def _metrics(sentence: Sentence) -> None:
    value = r"(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>%|percent)?"
    joined = r"(?:\s+(?:score|of|is|that is|value|being))*\s+"
    for pattern in (
        rf"{_METRIC}{joined}(?:(?P<less>{_LESS})|{_MORE})\s+{value}",
        rf"(?:(?P<less>{_LESS})|{_MORE})\s+(?:an?\s+)?{value}\s*(?:of\s+|in\s+)?{_METRIC}\b",
        rf"\b{_METRIC}\s*(?:(?P<less><=?|≤)|>=?|≥)\s*{value}",
        rf"\b{_METRIC}\s+(?:of\s+)?{value}\s*(?:\+|(?P<less>or less|or lower)|or (?:more|better|higher))",
    ):
        for match in sentence.take(pattern):
            sentence.found.append(_metric(match))


def _other_metrics(sentence: Sentence) -> None:
    """'dice above 0.8': a word that we do not know, with a share, is a metric, too."""
    joined = r"(?:(?:\s+(?:score|of|is|that is|value|being))*\s+|\s*(?=[<>≤≥]))"
    for match in sentence.take(rf"\b{_OTHER_METRIC}{joined}(?:(?P<less>{_LESS})|{_MORE})\s*{_SHARE}"):
        sentence.found.append(_metric(match))


def _metric(match: re.Match[str]) -> Condition:
    name = _METRICS.get(match["metric"], match["metric"])
    number = float(match["number"])
    number = number / 100 if match["percent"] or (number > 1 and name not in NO_FRACTIONS) else number
    return metric_limit(name, "<=" if match["less"] or name in LOWER_IS_BETTER else ">=", number)


def metric_limit(name: str, op: Op, number: float) -> Condition:
    """A limit for a metric, worded."""
    side = {"<=": "at most", ">=": "at least"}.get(op, "about")
    # Error rates are told in percent.
    text = f"{name.upper()} {side} {100 * number:.4g} %" if name in ERROR_RATES else f"{name} {side} {number:.4g}"
    return Condition(f"metric.{name}", op, number=number, text=text)


def _sizes(sentence: Sentence) -> None:
    _between(sentence, _BYTES, "size", "")
    counted = rf"{_NUMBER}\s*{_BYTES}\b(?:\s+(?:in size|large|on disk))?"
    _ranged(sentence, counted, "size")
    data = r"(?! (?:[a-z]+ )?(?:of|data|dataset|corpus|texts|images|videos|files)\b)"
    for match in sentence.take(rf"(?<!trained on )(?:{_ABOUT}\s*)?(?<![\w.,-]){counted}{data}"):
        sentence.found.append(bounded("size", "~", _limit(match["number"], match["unit"])))


def _parameters(sentence: Sentence) -> None:
    _between(sentence, _COUNT, "params", _PARAMETERS)
    _between(sentence, r"(?P<unit>[mb]|million|billion)", "params", "")
    counted = rf"{_NUMBER}[\s-]*{_COUNT}?{_PARAMETERS}\b"
    _ranged(sentence, counted, "params")
    _ranged(sentence, rf"{_NUMBER}[\s-]*(?P<unit>[mb]|million|billion)\b", "params")
    for match in sentence.take(
        rf"(?:{_ABOUT}\s*)?(?:\b{counted}|(?<![\w.])(?P<n>\d+(?:\.\d+)?)(?P<u>[mb])\b(?=[\s-]*(?:\w+\s+)?(?:model|chat|llm|instruct|parameter)))"
    ):
        number = _limit(match["n"] or match["number"], match["u"] or match["unit"] or "")
        sentence.found.append(bounded("params", "~", number))


def _between(sentence: Sentence, unit: str, field_: str, after: str) -> None:
    first = r"(?P<low>\d+(?:\.\d+)?)\s*(?P<low_unit>[kmgtb]i?b?|million|billion)?"
    introduced = r"(?:(?:between|from)\s+(?=[\d.]+\s*\w*\s*(?:and|to|-|–))|(?<![\w.-])(?=[\d.]+\s*\w*\s*(?:to|-|–)))"
    for match in sentence.take(rf"{introduced}{first}\s*(?:and|to|-|–)\s*{_NUMBER}\s*{unit}{after}\b"):
        low_unit = match["low_unit"] or match["unit"]
        sentence.found.append(bounded(field_, ">=", _limit(match["low"], low_unit)))
        sentence.found.append(bounded(field_, "<=", _limit(match["number"], match["unit"])))


def _ranged(sentence: Sentence, counted: str, field_: str) -> None:
    sides: tuple[tuple[str, Op], ...] = (
        (rf"{_LESS}\s*(?:about |around |an? )?{counted}(?:\s+{_AFTER_LESS})?", "<="),
        (rf"{_MORE}\s*(?:about |around |an? )?{counted}", ">="),
        (rf"\b{counted}\s+{_AFTER_LESS}", "<="),
        (rf"\b{counted}\s+{_AFTER_MORE}", ">="),
    )
    for pattern, op in sides:
        for match in sentence.take(pattern):
            sentence.found.append(bounded(field_, op, _limit(match["number"], match["unit"] or "")))


def _recency(sentence: Sentence) -> None:
    today = sentence.today
    _from_to(sentence)
    _until(sentence)
    readers: tuple[tuple[str, Callable[[re.Match[str]], datetime]], ...] = (
        (r"updated\s*[:>]=?\s*(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", _given_day),
        (
            r"(?:(?:last )?(?:updated|released|published|changed|made|new|from)\s+)?(?:in |during |from )?"
            r"this (?P<span>year|month|week)",
            lambda m: _began(today, m["span"]),
        ),
        (
            rf"(?:{_UPDATED}\s+)?(?:in|within|during|from|over)?\s*"
            rf"(?:the )?(?:last|past)\s+(?:{_NUMBER}\s+)?(?P<span>day|week|month|year)s?\b",
            lambda m: today - _span(m["number"], m["span"]),
        ),
        (
            rf"(?:{_UPDATED}\s+)?{_NEWER}\s+{_NUMBER}\s+(?P<span>day|week|month|year)s?\b",
            lambda m: today - _span(m["number"], m["span"]),
        ),
        (
            rf"(?:{_UPDATED}\s+)?(?:since|after|from|{_NEWER})\s+{_DATE}(?:\s+or (?:later|newer)|\s+on(?:wards?)?)?",
            _since,
        ),
        (rf"{_DATE}(?:\s+(?:or|and) (?:later|newer|after|up)|\s+onwards?)\b", _since),
        (r"recently (?:updated|released|published)", lambda _: today - timedelta(days=183)),
    )
    for pattern, since in readers:
        for match in sentence.take(pattern):
            sentence.found.append(updated_since(int(since(match).timestamp() // 86400)))


def _from_to(sentence: Sentence) -> None:
    between = rf"(?:between|from|in|during)\s+{_DATE}\s*(?:and|to|until|till|-|–)\s*{_DATE_2}"
    for match in sentence.take(rf"(?:{_UPDATED}\s+)?{between}"):
        _within(sentence, _date(match), _end(match, "_2"))
    models = r"(?:(?P<what>models?|ones?|versions?|checkpoints?|datasets?|spaces?|something)|released|published|made)"
    later = r"(?:on|onwards?|or|to|until|and|till)\b"
    for match in sentence.take(rf"\b{models}\s+from\s+{_DATE}(?!\s+{later})"):
        _within(sentence, _date(match), _end(match))
        sentence.left += f" {match['what'] or ''}"


def _until(sentence: Sentence) -> None:
    for match in sentence.take(
        rf"(?:{_UPDATED}\s+)?(?<!not )(?<!no )\b(?:before|until|prior to|older than|not since)\s+{_DATE}"
    ):
        sentence.found.append(updated_before(int(_date(match).timestamp() // 86400)))
    for match in sentence.take(
        rf"(?<!not )(?<!no )\b(?:older than|not {_UPDATED} (?:for|in)) {_NUMBER}\s+(?P<span>day|week|month|year)s?"
    ):
        end = sentence.today - _span(match["number"], match["span"])
        sentence.found.append(updated_before(int(end.timestamp() // 86400)))
    for match in sentence.take(rf"(?:{_UPDATED}\s+(?:in|during)|\b(?:in|during)(?=\s(?:[a-z]+\s)?20[12]))\s+{_DATE}"):
        begin, end = _date(match), _end(match)
        _within(sentence, begin, end)


def _within(sentence: Sentence, begin: datetime, end: datetime) -> None:
    sentence.found.append(updated_since(int(begin.timestamp() // 86400)))
    if end < sentence.today:
        sentence.found.append(updated_before(int(end.timestamp() // 86400)))


def _date(match: re.Match[str]) -> datetime:
    day = min(28, max(1, int(match["d"]))) if match["d"] else 1
    return datetime(int(match["y"]), _month(match) or 1, day, tzinfo=UTC)


def _end(match: re.Match[str], mark: str = "") -> datetime:
    """The first day after the month or year that was named."""
    year, month = int(match[f"y{mark}"]), _month(match, mark)
    return datetime(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1, tzinfo=UTC)


def _month(match: re.Match[str], mark: str = "") -> int:
    if match[f"month{mark}"]:
        return _MONTHS.index(match[f"month{mark}"]) + 1
    number = match[f"m{mark}"]
    return min(12, max(1, int(number))) if number else 0


def _since(match: re.Match[str]) -> datetime:
    return _end(match) if re.search(r"\b(?:after|newer than|younger than)\s", match[0]) else _date(match)


def _began(today: datetime, span: str) -> datetime:
    day = today.replace(hour=0, minute=0, second=0, microsecond=0)
    if span == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if span == "month" else day.replace(month=1, day=1)


def _span(number: str | None, unit: str) -> timedelta:
    return timedelta(days=min(_LONGEST_AGO, (_limit(number) if number else 1) * _SPANS[unit]))


def _given_day(match: re.Match[str]) -> datetime:
    return datetime(int(match["y"]), min(12, max(1, int(match["m"]))), min(28, max(1, int(match["d"]))), tzinfo=UTC)
