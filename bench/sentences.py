"""Sentences as customers write them, for the generated mails. No words that a rule or a reader of quotes waits for."""

from __future__ import annotations

import random
from typing import Final, Literal

Language = Literal["en", "pt", "es", "ru", "ja"]

CHARSETS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("us-ascii", "utf-8", "iso-8859-1", "windows-1252"),
    "pt": ("utf-8", "iso-8859-1", "windows-1252", "utf-8"),
    "es": ("utf-8", "iso-8859-1", "windows-1252", "utf-16"),
    "ru": ("koi8-r", "utf-8"),
    "ja": ("iso-2022-jp", "utf-8"),
}
"""Charsets in which a language's words can be written."""

_WORDS: Final[dict[Language, str]] = {
    "en": "the printer on our second floor does not print any more since we have changed the paper tray and the light "
    "blinks red all day please could you send someone who knows this model because many people need it for reports",
    "pt": "bom dia a impressora do segundo andar não imprime desde ontem de manhã e a luz fica vermelha o dia inteiro "
    "já mudámos o papel duas vezes podem enviar um técnico que conheça este modelo porque são muitas pessoas à espera",
    "es": "buenos días la impresora de la segunda planta no funciona desde ayer y la luz está roja todo el día ya hemos "
    "cambiado el papel dos veces pueden enviar a un técnico que conozca este modelo porque mañana hay muchísimo trabajo",
    "ru": "добрый день принтер на втором этаже не печатает со вчерашнего утра и лампочка горит красным весь день мы уже "
    "меняли бумагу два раза пришлите пожалуйста мастера который знает эту модель потому что людей очень много",
    "ja": "二階のプリンターが 昨日の朝から 印刷できません 赤いランプが 一日中 点いています 紙は 二回 交換しました "
    "この機種に 詳しい方を 送って ください たくさんの人が 待っています よろしく お願いします",
}


def paragraph(chance: random.Random, language: Language, count: int) -> str:
    """That many words in lines as mail clients break them; ends with a line end."""
    words = _WORDS[language].split()
    begin = chance.randrange(len(words))
    said = [words[(begin + n) % len(words)] for n in range(count)]
    said.insert(chance.randrange(len(said) + 1), str(chance.randrange(100, 99_999)))
    lines = [" ".join(said[at : at + 11]) for at in range(0, len(said), 11)]
    return "\n".join(lines).capitalize() + ".\n"
