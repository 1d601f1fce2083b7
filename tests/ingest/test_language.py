"""The language of a sentence or two, as customers write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.language import detect

SENTENCES = {
    "pt": [
        "A minha impressora não funciona desde segunda-feira.",
        "Não consigo entrar na minha conta.",
        "Quando chega a minha encomenda?",
        "Esqueci minha senha e não recebo o e-mail",
        "Já está resolvido, podem fechar.",
        "Continua sem funcionar",
        "A fatura está errada",
        "Obrigado!",
    ],
    "es": [
        "Mi impresora no funciona desde el lunes.",
        "No puedo entrar en mi cuenta.",
        "¿Cuándo llega mi pedido?",
        "Olvidé mi contraseña",
        "Ya está resuelto, pueden cerrar",
        "Sigue sin funcionar",
        "La factura está mal",
        "¡Gracias!",
    ],
    "en": [
        "My printer does not work since Monday.",
        "I can't log in to my account.",
        "When will my order arrive?",
        "Where is the download link for version 4?",
        "ok thanks, you can close it",
        "Same problem again",
        "Thanks!",
    ],
    "fr": ["Mon imprimante ne fonctionne plus depuis lundi.", "La facture est fausse", "Merci"],
    "de": ["Mein Drucker funktioniert seit Montag nicht mehr.", "Die Rechnung ist falsch", "Danke!"],
    "it": ["La mia stampante non funziona da lunedì.", "La fattura è sbagliata", "Grazie"],
    "nl": ["Mijn printer werkt sinds maandag niet meer.", "De factuur klopt niet", "Bedankt"],
    "pl": ["Moja drukarka nie działa od poniedziałku.", "Faktura jest błędna", "Dziękuję"],
    "sv": ["Min skrivare fungerar inte sedan i måndags.", "Kan ni ringa mig imorgon?"],
    "no": ["Skriveren min virker ikke siden mandag.", "Jeg får ikke logget inn på kontoen min."],
    "da": ["Hvornår kommer min ordre?", "Kan I ringe til mig i morgen?"],
    "fi": ["Tulostimeni ei ole toiminut maanantain jälkeen.", "Lasku on väärin", "Kiitos"],
    "cs": ["Moje tiskárna od pondělí nefunguje.", "Nemohu se přihlásit ke svému účtu.", "Děkuji"],
    "tr": ["Yazıcım pazartesiden beri çalışmıyor.", "Fatura yanlış", "Teşekkürler"],
    "ro": ["Imprimanta mea nu funcționează de luni.", "Factura este greșită", "Mulțumesc"],
    "hu": ["A nyomtatóm hétfő óta nem működik.", "A számla hibás", "Köszönöm"],
    "ru": ["Мой принтер не работает с понедельника.", "Спасибо"],
    "uk": ["Мій принтер не працює з понеділка.", "Дякую за відповідь"],
    "el": ["Ο εκτυπωτής μου δεν λειτουργεί"],
    "he": ["המדפסת שלי לא עובדת"],
    "ar": ["الطابعة لا تعمل منذ يوم الاثنين"],
    "fa": ["چاپگر من کار نمی‌کند"],
    "ja": ["プリンターが動きません。", "3月の請求書を送ってください"],
    "zh": ["我的打印机坏了", "請問發票什麼時候寄出"],
    "ko": ["프린터가 작동하지 않습니다"],
}


@pytest.mark.parametrize(
    ("language", "sentence"), [(code, sentence) for code, sentences in SENTENCES.items() for sentence in sentences]
)
def test_a_customers_sentence_tells_its_language(language: str, sentence: str) -> None:
    assert detect(sentence) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OK",
        "123",
        "no",
        "...",
        "Max Mustermann",
        "Re: 4711",
        "https://example.org/de/hilfe",
        "rita@example.org",
        "🙂",
    ],
)
def test_nothing_is_said_in_doubt(text: str) -> None:
    assert detect(text) == ""


def test_addresses_and_links_do_not_count() -> None:
    assert detect("https://please.help.me/the/invoice obrigado pela ajuda ana@thank.you.example") == "pt"


def test_a_foreign_word_does_not_turn_it() -> None:
    assert detect("O download do update dá sempre error, o meu computer não reinicia") == "pt"


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    assert detect(text) == "" or len(detect(text)) == 2
