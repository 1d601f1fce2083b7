"""Which encoding unlabelled octets are written in, judged by how plausible the letters are.

Knows the encodings that people really send without a label. Never looks at more than a bounded sample, and says
Windows-1252 when nothing speaks for another.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_SAMPLE = 4096  # octets; a few hundred letters decide, and each candidate reads them once
# Small letters by how often they are written; the first third makes up most of a text.
_CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґў"
_GREEK = "αοιετσνηυρπκμλωςγδχθφβξζψάίόέήύώϊϋ"
_HEBREW = "יוהלאתרבמשנדקכעפםחטגצןסזךףץ"
_ARABIC = "اليمنوترةبسهعدكفقحجشطصخغذثزءأإىضظؤئآ"
_THAI = "านรอกเงมยลวดทส่ต้ับคปีแะำใหุูขพิ์"
_ALPHABETS = (
    ("cp1251", _CYRILLIC), ("koi8_r", _CYRILLIC), ("koi8_u", _CYRILLIC), ("cp866", _CYRILLIC),
    ("iso8859_5", _CYRILLIC), ("mac_cyrillic", _CYRILLIC), ("cp1253", _GREEK), ("iso8859_7", _GREEK),
    ("cp1255", _HEBREW), ("cp862", _HEBREW), ("cp1256", _ARABIC), ("iso8859_6", _ARABIC), ("cp874", _THAI),
)  # fmt: skip
# Signs that every page of the language has.
_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日"
    "者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应向头文体政美相见"
    "被利什二等产或新己制身果加西月话合回特代内信表化老给世位次度门任常先海通教原东声提立及比员解水名真论"
    "处走义各入几口认条平系气题活更别打女变四总何电数安少报才结反受目太量再感建务做接必场件计管期市直资命"
    "山金指许统区保至队形社便空决治展科司五基书非则听却界达光放强即像难且权思完设式色路记南品住告类求据程"
    "北边张该交规万取望觉术领共确传师清今切院让识候带导争运价单请您谢帐户登录密码订票测试简历图片附王李赵"
    "刘陈杨黄周吴项协"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡"
    "用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實日"
    "者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應向頭文體政美相見"
    "被利什二等產或新己制身果加西月話合回特代內信表化老給世位次度門任常先海通教原東聲提立及比員解水名真論"
    "處走義各入幾口認條平系氣題活更別打女變四總何電數安少報才結反受目太量再感建務做接必場件計管期市直資命"
    "山金指許統區保至隊形社便空決治展科司五基書非則聽卻界達光放強即像難且權思完設式色路記南品住告類求據程"
    "北邊張該交規萬取望覺術領共確傳師清今切院讓識候帶導爭運價單請您謝帳戶登錄密碼訂議協助幫忙測試簡歷圖片"
    "附票王李陳林黃吳項"
)
_JAPANESE = (
    "日本人年大会国一二三月時間事者社部長見積書資料送付議御確認願致申上下中株式様名前注文請求件連絡先新品"
    "地方田山東京出入金学生行"
)
_KOREAN = (
    "이다는에의을가하고로지은한사기도를어서시아나인리자대해정일보수들게요전그있라만세제부니습안녕감확되않"
    "동관과비여으주상구성문면연드장신내용원할청견적조회합월선차거발무업공경테스트홍길력김박최파첨"
)
# Latin encodings, each with what it must win by (a share of a letter) before it displaces the ones before it.
_LATIN = (("cp1252", 0.0), ("cp1250", 0.1), ("iso8859_2", 0.12), ("cp1254", 0.15), ("cp1257", 0.2), ("mac_roman", 0.2),
          ("cp850", 0.25), ("cp852", 0.3))  # fmt: skip


def guess(octets: bytes) -> str:
    """The Python codec that reads `octets` best."""
    sample = octets[:_SAMPLE]
    runs = _runs(sample)
    high = sum(map(len, runs))
    if not high:
        return "cp1252"
    # In languages with Latin letters the others stand alone among them; elsewhere they come in words.
    codec, score = _east_asian(sample)
    if score > _CERTAIN:  # also where trail octets look like ASCII and tear the words apart
        return codec
    words = sum(len(r) for r in runs if len(r) > 2)
    if words * 2 > high or (high % 2 == 0 and high <= 4 and len(runs) == 1 and not _between_letters(sample)):
        codec, score = max((codec, score), _alphabet(sample), key=lambda pair: pair[1])
        if score > _PLAUSIBLE:
            return codec
    return _latin(sample)


_PLAUSIBLE = 0.3
"""Below it neither signs nor alphabets are frequent enough to be a language."""
_CERTAIN = 0.65
"""So many everyday signs do not come by chance: there are some thousands of signs and four hundred in a list."""


def _runs(sample: bytes) -> list[bytes]:
    """Stretches of octets above 0x7F, with the trail octets that only look like ASCII left out."""
    return sample.translate(_HIGH_ONLY).split()


_HIGH_ONLY = bytes(c if c > 0x7F else 0x20 for c in range(256))


def _between_letters(sample: bytes) -> bool:
    """Whether some octet above 0x7F touches an ASCII letter, as in `café` and not as in a name of two signs."""
    high = [i for i, c in enumerate(sample) if c > 0x7F]
    return any(sample[i - 1 : i].isalpha() or sample[i + 1 : i + 2].isalpha() for i in (high[0], high[-1]))


def _latin(sample: bytes) -> str:
    best, best_score = "cp1252", float("-inf")
    high = sum(c > 0x7F for c in sample)
    for codec, handicap in _LATIN:
        score = _latin_score(sample.decode(codec, "replace")) - handicap * high
        if score > best_score:
            best, best_score = codec, score
    return best


def _latin_score(text: str) -> float:
    """How well the letters and marks beyond ASCII fit between their neighbours."""
    score = 0.0
    for i, c in enumerate(text):
        if c < "\x80":
            continue
        before = text[i - 1] if i else " "
        after = text[i + 1] if i + 1 < len(text) else " "
        category = unicodedata.category(c)
        if c == "œ" and after not in "uiet":
            score -= 1.0  # French has it before a vowel only; elsewhere it is a Polish letter misread
        elif category[0] == "L" and ord(c) < 0x250 and c not in "ªº":
            inside = before.isalpha() or after.isalpha()
            score += 1.0 if inside else 0.2 if c.islower() else 0.0
            if category == "Lu" and before.islower():
                score -= 1.5
        elif category == "Cc" or c == "\ufffd":
            score -= 2.0
        elif before.isalpha() and after.isalpha() and c not in "’‘´`·–—":
            score -= 1.5
        elif (
            (c in "“„«‘‚¿¡’" and not before.isalnum() and not after.isspace())
            or (c in "”»’…®™°ºª" and not before.isspace())
            or (c in "–—•" and before.isspace() == after.isspace())
        ):
            score += 1.0
        elif c in "€£§©\xa0" and not (before.isalpha() and after.isalpha()):
            score += 0.8
    return score


@cache
def _signs() -> tuple[tuple[str, frozenset[str], float], ...]:
    """Codec, its everyday signs, and what a letter of its own script beyond them is worth."""
    return (
        ("euc_jp", frozenset(_JAPANESE), 0.0),
        ("cp932", frozenset(_JAPANESE), 0.0),
        ("cp949", frozenset(_KOREAN), 0.25),
        ("cp950", frozenset(_TRADITIONAL), 0.2),
        ("gb18030", frozenset(_SIMPLIFIED), 0.2),
    )


def _east_asian(sample: bytes) -> tuple[str, float]:
    """The encoding of two octets a letter whose everyday signs stand here, and how many of all they are."""
    best, best_score = "gb18030", 0.0
    for codec, everyday, own in _signs():
        text = sample.decode(codec, "replace")
        if "\ufffd" in text[:-1]:
            continue
        wide = [c for c in text if c > "\x7f" and c not in "　，。、！？：；（）「」“”・～"]
        if not wide:
            continue
        score = sum(_worth(c, codec, everyday, own) for c in wide) / len(wide)
        if score > best_score + 0.01:
            best, best_score = codec, score
    return best, best_score


def _worth(c: str, codec: str, everyday: frozenset[str], own: float) -> float:
    if c in everyday:
        return 1.0
    if "\u3041" <= c <= "\u30fe":
        return 1.0 if codec in ("euc_jp", "cp932") else -0.3
    if "\uff61" <= c <= "\uff9f":
        return -0.5  # half-width kana: two of them are the usual misreading of one sign
    if codec == "cp949":
        return own if "\uac00" <= c <= "\ud7a3" else -0.2
    if "\u4e00" <= c <= "\u9fff":
        if codec == "gb18030":
            # level 1 of GB 2312 are the 3755 signs in use
            return own if b"\xb0\xa1" <= c.encode("gb18030") <= b"\xd7\xf9" else -0.2
        if codec == "cp950":
            return own if b"\xa4\x40" <= c.encode("cp950", "replace") <= b"\xc6\x7e" else -0.2
        return 0.3
    return -0.3


@cache
def _weights(letters: str) -> dict[str, float]:
    """The most frequent letter is worth 1, rarer ones less (Zipf's law, flattened); capitals a little less."""
    values = {c: 1.0 / (1.0 + 0.09 * i) for i, c in enumerate(letters)}
    return values | {c.upper(): v * 0.9 for c, v in values.items() if c.upper() != c and len(c.upper()) == 1}


def _alphabet(sample: bytes) -> tuple[str, float]:
    """The eight-bit alphabet whose frequent letters are frequent here, and how much so."""
    best, best_score = "cp1252", 0.0
    for codec, letters in _ALPHABETS:
        text = sample.decode(codec, "replace")
        weights = _weights(letters)
        total, count = 0.0, 0
        before = " "
        for c in text:
            if c > "\x7f":
                count += 1
                weight = weights.get(c)
                if weight is None:
                    weight = 0.0 if unicodedata.category(c)[0] == "P" else -0.7
                elif c.isupper() and before.islower():
                    weight = -0.7
                total += weight
            before = c
        score = total / max(1, count)
        if score > best_score + 0.01:
            best, best_score = codec, score
    return best, best_score
