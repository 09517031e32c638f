"""Text as the words by which it is found: lower case, without accents, endings cut off."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[^\W\d_]{3,}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
# Written without spaces, these are found by pairs of characters.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+")
_ENDINGS = (
    ("ifications", "if"), ("ification", "if"), ("ifiers", "if"), ("ifier", "if"), ("ifying", "if"), ("ifies", "if"),
    ("ified", "if"), ("ify", "if"), ("izations", ""), ("isations", ""), ("ization", ""), ("isation", ""),
    ("izers", ""), ("isers", ""), ("izing", ""), ("ising", ""), ("izer", ""), ("iser", ""), ("ized", ""),
    ("ised", ""), ("izes", ""), ("ises", ""), ("ize", ""), ("ise", ""), ("itions", ""), ("ition", ""),
    ("ations", ""), ("ation", ""), ("ators", ""), ("ator", ""), ("ating", ""), ("ated", ""), ("ates", ""),
    ("ate", ""), ("ions", ""), ("ion", ""), ("ings", ""), ("ing", ""), ("ers", ""), ("ors", ""), ("ies", "y"),
    ("er", ""), ("or", ""), ("es", ""), ("ed", ""), ("s", ""), ("e", ""),
)  # fmt: skip
SHORTEST_STEM = 4

STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "for",
        "and",
        "or",
        "with",
        "from",
        "by",
        "at",
        "as",
        "is",
        "are",
        "be",
        "been",
        "was",
        "were",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "i",
        "me",
        "my",
        "we",
        "our",
        "us",
        "you",
        "your",
        "they",
        "them",
        "their",
        "he",
        "she",
        "his",
        "her",
        "who",
        "which",
        "what",
        "how",
        "can",
        "could",
        "would",
        "should",
        "will",
        "may",
        "might",
        "must",
        "do",
        "does",
        "did",
        "doing",
        "done",
        "have",
        "has",
        "had",
        "having",
        "not",
        "no",
        "any",
        "some",
        "all",
        "each",
        "other",
        "another",
        "such",
        "than",
        "then",
        "so",
        "if",
        "but",
        "about",
        "into",
        "over",
        "out",
        "up",
        "down",
        "off",
        "very",
        "more",
        "most",
        "much",
        "many",
        "just",
        "only",
        "also",
        "need",
        "needs",
        "needed",
        "want",
        "wants",
        "wanted",
        "like",
        "looking",
        "find",
        "search",
        "give",
        "get",
        "help",
        "please",
        "recommend",
        "suggest",
        "provide",
        "use",
        "used",
        "using",
        "model",
        "models",
        "pretrained",
        "pre",
        "trained",
        "api",
        "apis",
        "build",
        "building",
        "develop",
        "developing",
        "create",
        "creating",
        "make",
        "making",
        "app",
        "application",
        "user",
        "users",
        "project",
        "task",
        "tasks",
        "work",
        "working",
        "trying",
        "different",
        "given",
        "one",
        "way",
        "new",
        "best",
        "good",
        "able",
        "based",
        "through",
        "when",
        "where",
        "there",
        "here",
        "while",
    ]
)


def words(text: str) -> list[str]:
    """The words of *text*, in order, as they are indexed."""
    found: list[str] = []
    for written in _WORD.findall(_plain(text)):
        word = written.lower()
        if _UNSPACED.fullmatch(word):
            found.extend(word[at : at + 2] for at in range(max(1, len(word) - 1)))
            continue
        found.append(stem(word))
        if not word.isalpha() and not word.isdigit():
            found.extend(run for run in _RUN.findall(word) if run != word)
        elif _CAMEL.search(written):
            found.extend(stem(part.lower()) for part in _CAMEL.split(written))
    return found


def telling_words(text: str) -> list[str]:
    """The words of a question that tell something, each once."""
    kept = (word for word in _WORD.findall(_plain(text).lower()) if word not in STOP)
    return list(dict.fromkeys(stem for word in kept for stem in words(word)))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """*word* without its endings: classifier, classify, classification are one."""
    if not word.isascii() or not word.isalpha():
        return word[:40]
    return _cut(_cut(word))[:40]


def _cut(word: str) -> str:
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM - len(instead):
            cut = word[: -len(ending)] + instead
            return cut[:-1] if len(cut) > SHORTEST_STEM and cut[-1] == cut[-2] and cut[-1] not in "sl" else cut
    return word


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return "".join(each for each in unicodedata.normalize("NFKC", _bare(text)))


def _bare(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if not "\u0300" <= each <= "\u036f")
