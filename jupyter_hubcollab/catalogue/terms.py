"""Words in a sentence that name a license, language, library, hub, dataset, publisher, device or kind of model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from .conditions import Condition, Op
from .reading import Sentence
from .taxonomy import FOLDER

_NOT_BEFORE = re.compile(
    r"(?:\bnot?|\bwithout|\bexcept(?: for)?|\bexcluding|\bexclude|\banything but|\bother than|\bisn't|\bnever|\bavoid|\bnon[- ])\s*"
    r"(?:(?:an?|the|in|for|using|use|based|built|trained|licensed|under|with|on|any|from|by|of|be|to|need|require|requiring)\s+){0,3}$"
)
_NOT_AFTER = re.compile(r"^[\w .-]{0,12}\s*(?:is|are)\s+(?:not|un)\s*(?:an option|acceptable|allowed|ok|okay|wanted)")
_JOINED_BY_OR = re.compile(r"^\s*(?:,\s*)?(?:or|/|\|)\s*(?:the\s+)?$")

PERMISSIVE = (
    "apache-2.0", "mit", "bsd-3-clause", "bsd-2-clause", "bsd-3-clause-clear", "bsd", "cc0-1.0", "unlicense", "isc", "zlib",
    "wtfpl", "afl-3.0", "cc-by-4.0", "cc-by-3.0", "cc-by-2.0", "bsl-1.0", "ncsa", "postgresql", "ecl-2.0", "pddl", "mit-0",
    "openmdw-1.1", "cdla-permissive-2.0", "artistic-2.0",
)  # fmt: skip
COMMERCIAL = (
    *PERMISSIVE, "gpl", "gpl-2.0", "gpl-3.0", "lgpl", "lgpl-2.1", "lgpl-3.0", "lgpl-lr", "agpl-3.0", "mpl", "mpl-2.0",
    "epl-2.0", "eupl-1.1", "cc-by-sa-4.0", "cc-by-sa-3.0", "odc-by", "odbl", "openrail", "openrail++", "creativeml-openrail-m",
    "bigscience-openrail-m", "bigcode-openrail-m", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "gemma", "ms-pl",
    "osl-3.0",
)  # fmt: skip
_LICENSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bapache(?:[- ]?(?:licen[sc]e)?[- ]?v?(?:2(?:\.0)?)?\b)?(?! spark| software foundation)", ("apache-2.0",)),
    (r"\bcc[- ]?by[- ]nc[- ]sa(?:[- ]?4(?:\.0)?)?\b", ("cc-by-nc-sa-4.0", "cc-by-nc-sa-3.0")),
    (r"\bcc[- ]?by[- ]nc[- ]nd(?:[- ]?4(?:\.0)?)?\b", ("cc-by-nc-nd-4.0", "cc-by-nc-nd-3.0")),
    (r"\bcc[- ]?by[- ]nc(?:[- ]?4(?:\.0)?)?\b", ("cc-by-nc-4.0", "cc-by-nc-3.0", "cc-by-nc-2.0")),
    (r"\bcc[- ]?by[- ]sa(?:[- ]?4(?:\.0)?)?\b", ("cc-by-sa-4.0", "cc-by-sa-3.0")),
    (r"\bcc[- ]?by(?:[- ]?4(?:\.0)?)?\b", ("cc-by-4.0", "cc-by-3.0", "cc-by-2.0")),
    (r"\bcc[- ]?0(?:[- ]1\.0)?\b|\bpublic domain\b", ("cc0-1.0",)),
    (r"\bagpl(?:[- ]?v?3(?:\.0)?)?\b", ("agpl-3.0",)),
    (r"\blgpl(?:[- ]?v?[23](?:\.\d)?)?\b", ("lgpl", "lgpl-2.1", "lgpl-3.0")),
    (r"\bgpl[- ]?v?3(?:\.0)?\b", ("gpl-3.0",)),
    (r"\bgpl[- ]?v?2(?:\.0)?\b", ("gpl-2.0",)),
    (r"\bgpl\b", ("gpl", "gpl-2.0", "gpl-3.0", "agpl-3.0")),
    (r"\bbsd(?:[- ][23](?:[- ]clause)?)?\b", ("bsd-3-clause", "bsd-2-clause", "bsd", "bsd-3-clause-clear")),
    (r"\b(?:(?<=under )(?:the )?mit|mit(?= licen|[- ]style|$|\s*[,.;)]|\s+or\b|\s+and\b|\s*/)|(?<=or )mit|(?<=license )mit)\b", ("mit",)),
    (r"\bunlicense\b", ("unlicense",)),
    (r"\bopen-?rail\b", ("openrail", "openrail++", "creativeml-openrail-m", "bigscience-openrail-m")),
)  # fmt: skip
_LOOSE_LICENSES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"\bnon-?commercial(?:ly)?(?: use)?(?: is| are)? (?:fine|ok|okay|enough|good)\b", "", ()),
    (r"\bnon-?commercial(?:ly)?\b", "not for commercial use", ("cc-by-nc-4.0", "cc-by-nc-3.0", "cc-by-nc-sa-4.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-3.0")),
    (r"\bcommercial(?:ly)?(?: use| usage| purposes| projects?)?\b", "commercial use", COMMERCIAL),
    (r"\bpermissive(?:ly)?(?: licen[sc]ed?)?\b|\b(?:with|under) (?:an? )?(?:free|open|open[- ]source|liberal) licen[sc]e\b", "permissive license", PERMISSIVE),
)  # fmt: skip

_LIBRARIES: dict[str, tuple[str, ...]] = {
    r"scikit[- ]?learn|sklearn": ("sklearn",), r"pytorch|(?<!for )torch": ("pytorch", "torchvision", "torch.hub"),
    r"tensorflow[ .]?js|tfjs": ("tfjs",), r"tensorflow[ -]?lite|tflite|tf lite|litert": ("tflite", "litert"),
    r"tensorflow[-_ ]hub": ("tensorflow-hub", "tfjs", "tflite"), r"tensorflow|tf2?": ("tensorflow", "tensorflow-hub", "keras", "keras-hub", "tflite", "tfjs", "tf-keras"),
    r"keras[- ]?hub": ("keras-hub",), r"keras": ("keras", "keras-hub", "tf-keras"), r"jax|flax": ("jax",),
    r"onnx(?: runtime)?": ("onnx",), r"openvino": ("openvino",), r"gguf|llama\.?cpp": ("gguf",), r"core ?ml": ("coreml",),
    r"timm": ("timm",), r"spacy": ("spacy",), r"flair": ("flair",), r"stanza": ("stanza",), r"monai": ("monai",),
    r"sentence[- ]transformers|sbert": ("sentence-transformers",), r"transformers(?= library|$|[.,;]|\s+(?:model|pipeline|for))": ("transformers",),
    r"transformers\.?js": ("transformers.js",), r"diffusers": ("diffusers",), r"espnet": ("espnet",), r"speechbrain": ("speechbrain",),
    r"pyannote(?:\.audio)?": ("pyannote", "pyannote-audio"), r"nemo": ("nemo",), r"fast ?text": ("fasttext",), r"fast ?ai": ("fastai",),
    r"xgboost": ("xgboost",), r"lightgbm": ("lightgbm",), r"catboost": ("catboost",), r"torchvision": ("torchvision",),
    r"torch[. ]?hub|pytorch hub": ("torch.hub",), r"paddle ?hub": ("paddlehub",), r"paddle(?:paddle)?": ("paddlehub", "paddlenlp", "paddleocr"),
    r"stable[- ]baselines ?3|sb3": ("stable-baselines3",), r"ml-agents": ("ml-agents",), r"open[_ ]?clip": ("open-clip",),
    r"adapter[- ]transformers": ("adapter-transformers",), r"adapters": ("adapters",), r"fairseq": ("fairseq",), r"allennlp": ("allennlp",),
    r"mlx": ("mlx",), r"peft": ("peft",), r"ultralytics": ("ultralytics",), r"asteroid": ("asteroid",), r"localai": ("localai",),
    r"coqui(?:[- ]tts)?": ("coqui-tts",), r"mmpose": ("mmpose",), r"mmpretrain": ("mmpretrain",), r"mmaction2?": ("mmaction2",),
    r"bioimage\.?io": ("bioimageio",), r"qai[- ]hub(?:[- ]models)?": ("qai-hub-models",),
}  # fmt: skip
_SOURCES = {
    r"(?:tf|tensorflow)[ .]?hub(?:\.dev)?": ("tfhub",), r"kaggle": ("kaggle",), r"hugging ?face|hf hub": ("huggingface",),
    r"pytorch hub": ("pytorch-hub",), r"onnx (?:model )?zoo": ("onnx-zoo",), r"openvino model zoo": ("openvino-omz",),
    r"paddlehub hub": ("paddlehub",), r"(?:our|my|own|this|the team'?s) (?:team'?s )?hub|my models|our models|our own": ("hub",),
}  # fmt: skip
_DEVICES = {
    r"(?:smart)?phones?|mobile(?: devices?)?|android|iphone|ipad|ios|smartwatch|mobile[- ]friendly": ("phone", "runs on a phone"),
    r"raspberry(?: pi)?|edge(?: devices?)|embedded(?: devices?| systems?)|jetson(?: nano)?|iot|micro-?controllers?|low[- ]power(?: devices?)?|arduino|on[- ]device": ("edge", "runs on a small device"),
    r"cpu(?:[- ]only)?|without (?:a )?gpu|no gpu|laptops?": ("cpu", "runs on a CPU"),
    r"(?:in[- ](?:the )?)?(?:web )?browsers?": ("browser", "runs in a browser"),
}  # fmt: skip
_BASE = r"\bnot? (?:an? )?(?:fine-?tun(?:e|es|ed)|adapters?|loras?|derivatives?)(?: model| version)?s?\b|\b(?:base|original|foundation|pretrained) models? only\b|\bonly (?:base|original) models?\b|\bbase:none\b"  # fmt: skip
FIELDS = ("task", "modality", "license", "language", "library", "source", "publisher", "dataset", "tag", "word", "device", "base")
_ALIASES = {"lang": "language", "licence": "license", "lib": "library", "by": "publisher", "data": "dataset", "from": "source", "type": "modality"}
_FILTER = re.compile(rf"(?<![\w:])(?P<minus>-?)(?P<field>{'|'.join([*FIELDS, *_ALIASES])}):(?P<values>[\w.+|/-]{{1,200}})")


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue itself has, to recognise names by."""

    libraries: frozenset[str] = frozenset()
    datasets: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    name_words: frozenset[str] = frozenset()


@cache
def languages() -> Mapping[str, str]:
    """Codes by the lower-case name of the language."""
    names: Mapping[str, str] = json.loads((FOLDER / "languages.json").read_text(encoding="utf-8"))
    return names


@cache
def language_titles() -> Mapping[str, str]:
    """Name by code."""
    return {code: name.title() for name, code in reversed(list(languages().items())) if name.isascii()}


@cache
def _language_pattern() -> re.Pattern[str]:
    names = sorted(languages(), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")


def read_filters(sentence: Sentence) -> None:
    """Find ``field:value`` and ``-field:value``, the filter language."""
    for match in sentence.take(_FILTER):
        field = _ALIASES.get(match["field"], match["field"])
        op: Op = "-" if match["minus"] else ":"
        values = tuple(value.lower() for value in match["values"].split("|") if value)
        if field == "license":
            values = tuple(meant for value in values for meant in _meant_license(value))
        sentence.found.append(Condition(field, op, values, text=f"{'not ' if op == '-' else ''}{field} {' or '.join(values[:3])}"))


def _meant_license(value: str) -> tuple[str, ...]:
    return {"permissive": PERMISSIVE, "commercial": COMMERCIAL}.get(value, (value,))


def read_terms(sentence: Sentence, known: Known) -> None:
    """Find everything that has a name."""
    for match in sentence.take(_BASE):
        sentence.found.append(Condition("base", ":", ("original",), text="not a fine-tune" if "no" in match[0] else "base models"))
    _licenses(sentence)
    _named(sentence, "source", {rf"(?:from|on|in|at)\s+(?:the\s+)?(?:{p})|(?:{p})(?=\s+models?\b)": v for p, v in _SOURCES.items()})
    _named(sentence, "library", _LIBRARIES | {re.escape(name).replace("\\-", "[-_]"): (name,) for name in known.libraries if _is_name(name)})
    _unusual_libraries(sentence, known)
    _datasets(sentence, known)
    _languages(sentence)
    _publishers(sentence, known)
    for pattern, (device, text) in _DEVICES.items():
        for match in sentence.take(rf"\b(?:(?:that\s+)?(?:runs?|works?|running|usable|deployed|optimi[sz]ed)\s+)?(?:(?:on|for|in)\s+)?(?:an?\s+|the\s+|my\s+)?(?:{pattern})\b"):
            sentence.found.append(Condition("device", ":", (device,), text=text, guessed=not re.search(r"\b(?:on|for|only)\b", match[0])))


def _is_name(library: str) -> bool:
    return any(mark in library for mark in "-._0123456789")


def _licenses(sentence: Sentence) -> None:
    before = len(sentence.found)
    _named(sentence, "license", dict(_LICENSES), r"(?:\s+licen[sc]ed?)?")
    specific = len(sentence.found) > before
    for pattern, text, values in _LOOSE_LICENSES:
        for match in sentence.take(pattern):
            if not specific and values:
                negated = _is_negated(sentence, match)
                sentence.found.append(Condition("license", "-" if negated else ":", values, text=("not " if negated else "") + text))


def _named(sentence: Sentence, field: str, names: Mapping[str, tuple[str, ...]], after: str = "") -> None:
    hits = sorted(_hits(sentence, names, after), key=lambda hit: hit[0])
    for start, end, values, negated, joined in hits:
        written = sentence.left[start:end].strip()
        last = sentence.found[-1] if sentence.found else None
        if joined and last is not None and last.field == field and last.op == ("-" if negated else ":"):
            sentence.found[-1] = Condition(field, last.op, (*last.values, *values), text=f"{last.text} or {values[0]}")
        else:
            text = f"{'not ' if negated else ''}{values[0] if field != 'license' else written}"
            sentence.found.append(Condition(field, "-" if negated else ":", values, text=text))
    for start, end, _, negated, _ in hits:
        _blank(sentence, start, end, negated)


def _hits(sentence: Sentence, names: Mapping[str, tuple[str, ...]], after: str) -> Iterator[tuple[int, int, tuple[str, ...], bool, bool]]:
    free = sentence.left
    ends: list[int] = []
    for pattern, values in names.items():
        for match in re.finditer(rf"(?<![\w-])(?:{pattern}){after}(?![\w])", free):
            if not match[0].strip():
                continue
            free = free[: match.start()] + "\0" * len(match[0]) + free[match.end() :]
            ends.append(match.end())
            between = [sentence.left[end : match.start()] for end in ends if end <= match.start() and match.start() - end < 12]
            joined = any(_JOINED_BY_OR.match(text) for text in between)
            yield match.start(), match.end(), values, _is_negated(sentence, match), joined


def _blank(sentence: Sentence, start: int, end: int, negated: bool) -> None:  # noqa: FBT001 -- it is what was found
    """Take out what was read, and the 'not' before it; positions stay."""
    no = _NOT_BEFORE.search(sentence.left[max(0, start - 40) : start]) if negated else None
    first = max(0, start - 40) + no.start() if no else start
    sentence.left = sentence.left[:first] + " " * (end - first) + sentence.left[end:]


def _is_negated(sentence: Sentence, match: re.Match[str]) -> bool:
    before, after = sentence.left[max(0, match.start() - 40) : match.start()], sentence.left[match.end() :]
    return bool(_NOT_BEFORE.search(before) or _NOT_AFTER.match(after))


def _unusual_libraries(sentence: Sentence, known: Known) -> None:
    plain = [re.escape(name) for name in known.libraries if not _is_name(name) and len(name) > 3]
    if not plain:
        return
    either = "|".join(plain)
    for match in sentence.take(rf"(?:\b(?:with|using|for|via)\s+(?P<a>{either})(?=\s*(?:[.,;]|$))|^(?P<b>{either})(?=\s))"):
        name = match["a"] or match["b"]
        sentence.found.append(Condition("library", ":", (name,), text=name))


def _datasets(sentence: Sentence, known: Known) -> None:
    for match in sentence.take(r"\b(?:(?:pre-?)?trained|fine-?tuned|evaluated|learned|tested)\s+(?:on|with)\s+(?:the\s+)?(?P<name>[\w.-]+(?: voice| \d+k?|-\d+k?)?)(?:\s+(?:dataset|data|corpus))?"):
        name = re.sub(r"[^a-z0-9]", "", match["name"])
        meant = tuple(sorted({value for value in known.datasets if value == name or (len(name) > 3 and value.startswith(name))}))
        if meant:
            sentence.found.append(Condition("dataset", ":", meant, text=f"trained on {match['name']}"))
        else:
            sentence.left = f"{sentence.left} {match['name']}"
    for match in sentence.take(r"\bon\s+(?P<name>imagenet(?:-\d+k?)?|coco|squad(?:2| ?2\.0)?|glue|cifar-?\d+|librispeech|mnist|kinetics(?:-\d+)?|audioset)\b"):
        name = re.sub(r"[^a-z0-9]", "", match["name"])
        meant = tuple(sorted({value for value in known.datasets if value.startswith(name)})) or (name,)
        sentence.found.append(Condition("dataset", ":", meant, text=f"on {match['name']}"))


def _languages(sentence: Sentence) -> None:
    hits = list(_language_pattern().finditer(sentence.left))
    long = len(sentence.left.split()) > 14
    for at, match in enumerate(hits):
        code, negated = languages()[match[0]], _is_negated(sentence, match)
        between = sentence.left[hits[at - 1].end() : match.start()] if at else ""
        if at and _JOINED_BY_OR.match(between) and sentence.found and sentence.found[-1].field == "language":
            last = sentence.found[-1]
            sentence.found[-1] = Condition("language", last.op, (*last.values, code), text=f"{last.text} or {match[0].title()}", guessed=last.guessed)
            continue
        text = ("not " if negated else "") + match[0].title()
        sentence.found.append(Condition("language", "-" if negated else ":", (code,), text=text, guessed=long and code in ("en", "multilingual")))
    for match in hits:
        _blank(sentence, match.start(), match.end(), _is_negated(sentence, match))


def _publishers(sentence: Sentence, known: Known) -> None:
    for match in sentence.take(r"\b(?:(?:made|published|released|models?|built|developed)\s+)(?:by|from)\s+(?P<name>[\w.-]+(?: ai| research)?)"):
        name = re.sub(r"[^a-z0-9]", "", match["name"])
        meant = tuple(sorted({value for value in known.publishers if value == name or value in (f"{name}ai", f"{name}research")}))
        if meant:
            sentence.found.append(Condition("publisher", ":", meant, text=f"by {match['name'].title()}"))
        else:
            sentence.left = f"{sentence.left} {match['name']}"
