"""The few words that people write in an answer's place: that none applies, or that it will come later."""

import re

_NA = (
    r"n\s?[/\\]\s?a|n\.a\.?|n\.v\.t\.?|na|nil|not relevant|not required|not needed|non applicable"
    r"|(?:there (?:are|is) )?none(?: (?:known|identified|needed|required|planned|expected))?"
    r"|(?:(?:this|it)(?: section)? )?(?:is )?not applicable|(?:this(?: section)? )?does(?: not|n't) apply"
    r"|irrelevant|nothing new|see above"
    r"|no aplica|ningun[oa]|não se aplica|não aplicável|nenhum[a]?|entfällt|nicht zutreffend|kein[e]?"
    r"|sans objet|néant|aucune?|non applicabile|nessun[oa]?|не применимо|нет"
    r"|不适用|不涉及|无|該当なし|なし|해당 없음|없음"
)
_SO_FAR = (
    r"here|yet|at (?:this|the) (?:time|stage|point|moment)|at present|currently|for now|so far"
    r"|por ahora|zurzeit"
)
_NOT_APPLICABLE = re.compile(
    rf"^\(?(?:{_NA})(?: (?:{_SO_FAR}))?\)?\s*[?!]?(?:$|[.:;,!。：，；]+\s*(?P<reason>.*)$"
    r"|\s*[—–-]+(?:\s+(?P<remark>.*))?$|\s*[(（](?P<inner>[^()（）]*)[)）][.。]?$"
    r"|\s+(?P<because>(?:because|since|as|for|to|due)\b.*)$)",
    re.IGNORECASE | re.DOTALL,
)
_LATER_DONE = (
    r"(?:added|written|decided|determined|done|defined|completed|discussed|clarified|documented|specified"
    r"|provided|detailed|continued|agreed|finali[sz]ed|designed|filled(?: in| out)?)"
)
_LATER = re.compile(
    r"^\W*(?:tbd|tba|tbc|todo|fixme|wip|(?:still )?to be " + _LATER_DONE + r"|forthcoming|coming soon"
    r"|needs discussion|work in progress|pending|fill (?:me |this )?in|replace me|placeholder"
    r"|under construction|(?:not yet|not) "
    + _LATER_DONE
    + r" yet|not yet "
    + _LATER_DONE
    + r"|(?:this (?:section )?)?will be "
    + _LATER_DONE
    + r"(?= (?:later|soon|here|once|when|after|before)\b|\W*$)"
    r"|(?:to follow|to[ -]do|tk|x{3,}|offen|folgt)(?=\W*$)"
    r"|por definir|por completar|pendiente|a definir|preencher|da definire"
    r"|à (?:définir|compléter|venir|faire)|noch (?:offen|zu klären|zu definieren)"
    r"|待定|待补充|待完善|未定|作成中|検討中|уточняется)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LATER_REST = 6
"""Words after TBD that still promise and do not answer, as in "TODO for the storage team"."""
_PROMISE = 30
"""The same after a colon: "TODO: describe how the data is moved"."""
_GO_ON = re.compile(
    r"\s+(?!(?:who|what|how|which|when|where|why|if)\b)(?:[\w-]+\s+){0,3}"
    r"(?:is|are|was|were|has|have|can|may|must|will)\b",
    re.IGNORECASE,
)
"""A sentence of which such a word is only the beginning: "Pending payments are tried again"."""
_FILL_IN_HERE = re.compile(
    r"^\W*(?:insert|add|put|paste|write|enter|provide|place|your)\b[^.!?]{0,60}\bhere\b\W*$|\bgoes here\W*$",
    re.IGNORECASE,
)
"""A sentence that asks to be replaced: "Your text here"."""


def is_not_applicable(bare: str) -> bool:
    """Whether a text says no more than that its section does not apply, and perhaps why."""
    return bool(_NOT_APPLICABLE.match(bare))


def not_applicable_reason(text: str) -> str:
    """Return the reason given beside N/A; empty where there is none."""
    found = _NOT_APPLICABLE.match(text.strip())
    if not found:
        return ""
    reason = found["reason"] or found["remark"] or found["inner"] or found["because"] or ""
    return reason.strip(" .")


def is_later(bare: str) -> bool:
    """Whether a text only promises an answer, or asks its author for one."""
    words = bare.strip("[](){}<>*_ ")
    if words[:11].casefold() == "lorem ipsum":
        return True
    found = _LATER.match(words)
    if not found or _GO_ON.match(found["rest"]):
        return "here" in words.casefold() and bool(_FILL_IN_HERE.search(words))
    rest = found["rest"]
    most = _PROMISE if rest.lstrip().startswith((":", "-", "–", "—", "(")) else _LATER_REST
    return len(rest.split()) <= most
