"""Letters: labels that lie, labels that are missing, and octets that are damaged."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.letters.charset import decode
from maild.ingest.letters.detect import guess
from maild.ingest.letters.labels import codec_for

RUSSIAN = "Здравствуйте, у меня не работает вход в личный кабинет. Помогите, пожалуйста."
UKRAINIAN = "Добрий день! Я не можу увійти до свого облікового запису, допоможіть, будь ласка. Її ґанок."
GREEK = "Καλημέρα, δεν μπορώ να συνδεθώ στον λογαριασμό μου. Ευχαριστώ πολύ."
HEBREW = "שלום, אני לא מצליח להתחבר לחשבון שלי. תודה רבה מראש."
ARABIC = "مرحبا، لا أستطيع تسجيل الدخول إلى حسابي. شكرا جزيلا لكم"
THAI = "สวัสดีครับ ผมไม่สามารถเข้าสู่ระบบได้ กรุณาช่วยด้วย ขอบคุณครับ"
JAPANESE = "お世話になっております。ログインできません。ご確認をお願いいたします。"
CHINESE = "您好，我无法登录我的帐户，请帮助我解决这个问题。谢谢！"
TAIWAN = "您好，我無法登入我的帳戶，請協助我解決這個問題。謝謝您的幫忙！"
KOREAN = "안녕하세요. 로그인이 되지 않습니다. 확인 부탁드립니다. 감사합니다."
GERMAN = "Guten Tag, ich möchte über die Rückgabe größerer Mengen sprechen. Schöne Grüße"
FRENCH = "Bonjour, je n'arrive pas à accéder à mon compte créé l'été dernier. Très cordialement"
POLISH = "Dzień dobry, nie mogę się zalogować. Proszę o pomoc, dziękuję. Żółć, są źle, ćma, jeść."
CZECH = "Dobrý den, nemohu se přihlásit ke svému účtu. Děkuji za pomoc, šťastný řidič žádá."


@pytest.mark.parametrize(
    ("text", "wire", "label"),
    [
        ("€ “quoted” – dash", "cp1252", "iso-8859-1"),
        ("€ “quoted” – dash", "cp1252", "us-ascii"),
        ("“smart”", "cp1252", "ISO-8859-1"),
        ("żółć", "iso8859-2", "iso-8859-2"),
        ("朱镕基说：龘", "gb18030", "gb2312"),
        ("鎔", "gbk", "gb2312"),
        ("①株式会社㈱髙橋", "cp932", "shift_jis"),
        ("①～㈱", "cp932", "x-sjis"),
        ("똠방각하", "cp949", "ks_c_5601-1987"),
        ("碁銹裏墻恒粧", "cp950", "big5"),
        ("港鐵㗎", "big5hkscs", "big5-hkscs"),
        ("Привет", "koi8-r", "koi8-r"),
        ("Привіт ґ", "koi8-u", "KOI8-U"),
        ("Привет", "cp1251", "windows-1251"),
        ("Привет", "cp1251", '"Windows-1251"'),
        ("Привет", "cp866", "ibm866"),
        ("שלום", "cp1255", "iso-8859-8-i"),
        ("ğüşıİ", "cp1254", "iso-8859-9"),
        ("ภาษาไทย", "cp874", "tis-620"),
        ("žluť", "cp1250", "x-windows-1250"),
        ("Grüße", "utf-8", "utf-8n"),
        ("漢字", "gb18030", "gb18030-2022"),
        ("žluťoučký", "cp1250", "windows-1250"),
        ("žluťoučký", "cp1250", "cp-1250"),
        ("naïve café", "mac_roman", "macintosh"),
        ("naïve café", "mac_roman", "x-mac-roman"),
        ("größer", "cp850", "cp850"),
        ("汉字", "hz", "hz-gb-2312"),
        ("Grüße", "utf-7", "utf-7"),
        ("Grüße", "utf-7", "UNICODE-1-1-UTF-7"),
        ("Grüße 漢", "utf-16", "utf-16"),
        ("Grüße", "utf-16-le", "utf-16le"),
        ("Grüße", "utf-16-be", "utf-16"),
        ("Grüße", "utf-16-le", "utf-16"),
        ("Grüße", "utf-8", "utf-16"),
        ("Grüße", "utf-8", "utf8"),
        ("Grüße", "utf-8", "UTF_8"),
        ("Grüße", "utf-8", "utf-8; format=flowed"),
        ("Grüße", "utf-8", "unicode"),
        ("Grüße", "utf-8", "iso-8859-1"),
        ("Grüße", "utf-8", "us-ascii"),
        ("Grüße", "utf-8", "x-unknown"),
        ("Grüße", "utf-8", "unknown-8bit"),
        ("Grüße", "cp1252", "utf-8"),
        ("Grüße", "cp1252", "x-unknown"),
        ("Grüße", "utf-8-sig", "utf-8"),
        ("テスト", "iso2022_jp", "iso-2022-jp"),
        ("テスト", "iso2022_jp", None),
        ("テスト", "iso2022_jp", "utf-8"),
        ("テスト", "iso2022_jp", "us-ascii"),
        ("テスト漢字", "euc_jp", "euc-jp"),
        ("한국어 시험", "iso2022_kr", "iso-2022-kr"),
        ("ﾃｽﾄ", "cp932", "shift_jis"),
    ],
)
def test_letters_come_out_whatever_the_label_says(text: str, wire: str, label: str | None) -> None:
    assert decode(text.encode(wire), label) == text


def test_windows_letters_within_iso_2022_jp() -> None:
    # NEC row 13 (circled digits) and JIS X 0201 kana are not in the standard, but in every Japanese mailbox
    assert decode(b"\x1b$B-!\x1b(B-\x1b(I1\x1b(B", "iso-2022-jp") == "①-ｱ"


def test_vietnamese_accents_become_one_letter() -> None:
    assert decode("Ti\u00ea\u0301ng".encode("cp1258"), "windows-1258") == "Ti\u1ebfng"


def test_escape_that_a_mailer_forgot_at_the_end_of_a_line() -> None:
    wire = "漢字".encode("iso2022_jp").removesuffix(b"\x1b(B") + b"\nplain"
    assert decode(wire, "iso-2022-jp") == "漢字\nplain"


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        (RUSSIAN, "iso8859-5"),
        ("Счёт на оплату", "cp1251"),
        ("Счёт на оплату", "koi8-r"),
        (UKRAINIAN, "cp1251"),
        (UKRAINIAN, "koi8-u"),
        (GREEK, "cp1253"),
        (HEBREW, "cp1255"),
        (ARABIC, "cp1256"),
        (THAI, "cp874"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        ("見積書.pdf", "cp932"),
        ("会議資料のご送付", "euc_jp"),
        (CHINESE, "gb18030"),
        ("会议通知", "gbk"),
        ("Re: 报价单 2024", "gbk"),
        (TAIWAN, "cp950"),
        ("會議通知與議程", "cp950"),
        (KOREAN, "cp949"),
        ("견적서 요청드립니다", "cp949"),
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        (GERMAN, "cp850"),
        (GERMAN, "mac_roman"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        ("Ação de cobrança não reconhecida, três vezes", "cp1252"),
        ("naïve", "cp1252"),
        ("Price: 10 € – “now”", "cp1252"),
    ],
)
def test_unlabelled_octets_are_read_by_their_letters(text: str, wire: str) -> None:
    assert decode(text.encode(wire)) == text


def test_the_mail_s_own_charset_helps_octets_without_label() -> None:
    assert decode("绩效管理.xls".encode("gb2312"), None, hint="GB2312") == "绩效管理.xls"
    assert decode(CZECH.encode("cp1250"), None, hint="windows-1250") == CZECH


def test_foreign_octets_in_utf8_lose_nothing_around_them() -> None:
    assert decode("Grüße ".encode() + b"M\xfcller" + " aus Köln".encode(), "utf-8") == "Grüße Müller aus Köln"


def test_a_letter_cut_in_two_costs_only_itself() -> None:
    text = decode("Grüße, Köln und Mü".encode()[:-1], "utf-8")
    assert text.startswith("Grüße, Köln und M")


NO_LETTERS = [
    *("punycode", "idna", "rot13", "base64", "zlib", "bz2", "unicode_escape", "undefined", "raw_unicode_escape"),
    *("mbcs", "oem", "uu", "quopri", "hex", "x\x00y", "a" * 10000),
]


@pytest.mark.parametrize("label", NO_LETTERS)
def test_codecs_that_are_no_letters_are_never_run(label: str) -> None:
    assert codec_for(label) is None
    assert decode(b"abc-\xc3\xbc", label) == "abc-ü"


def test_no_nul_and_no_lone_surrogate_in_any_text() -> None:
    assert decode(b"a\x00b", "us-ascii") == "ab"
    assert decode(b"\xed\xa0\x80", "utf-8").encode("utf-8")
    assert decode("x\ud83d".encode("utf-16-le", "surrogatepass"), "utf-16le").encode("utf-8")


KNOWN = [
    *("utf-8", "utf-7", "utf-16", "utf-32", "hz", "iso-2022-jp", "iso-2022-kr", "gb2312", "big5", "euc-jp"),
    *("shift_jis", "euc-kr", "koi8-r", "cp850", "johab", "cp037", "iso-8859-8", "us-ascii"),
]
LABELS = st.one_of(st.none(), st.text(max_size=20), st.sampled_from(KNOWN))


@given(st.binary(max_size=300), LABELS, LABELS)
def test_any_octets_with_any_label_give_text_that_can_be_stored(
    octets: bytes, label: str | None, hint: str | None
) -> None:
    text = decode(octets, label, hint=hint)
    assert "\x00" not in text
    text.encode("utf-8")


@given(st.text(max_size=200))
def test_utf8_is_read_back_as_it_was_written(text: str) -> None:
    wire = text.replace("\x00", "").replace("\x1b", "")
    if not wire.startswith("\ufeff"):
        assert decode(wire.encode(), "utf-8") == wire


@given(st.binary(max_size=200))
def test_a_guess_is_a_codec(octets: bytes) -> None:
    codecs.lookup(guess(octets))
