"""What mail clients put below an answer, by client and language: the text in front of which an author writes."""

from __future__ import annotations

from typing import Final

OLD: Final = "Did you restart the router?\nRegards, Acme"
QUOTED: Final = "> Did you restart the router?\n> Regards, Acme"

ATTRIBUTIONS: Final[dict[str, str]] = {
    # Gmail
    "gmail-en": "On Tue, May 6, 2025 at 9:14 AM Acme Support <support@acme.example> wrote:",
    "gmail-en-gb": "On Tue, 6 May 2025 at 09:14, Acme Support <support@acme.example> wrote:",
    "gmail-en-wrapped": (
        "On Tue, May 6, 2025 at 9:14\u202fAM Acme Support via Helpdesk <\nsupport@acme.example> wrote:"
    ),
    "gmail-en-2012": "On Tue, Sep 25, 2012 at 8:59 AM, Acme Support\n<support@acme.example>wrote:",
    "gmail-pt-br": "Em ter., 6 de mai. de 2025 às 09:14, Acme Support <support@acme.example> escreveu:",
    "gmail-pt-pt": "Acme Support <support@acme.example> escreveu (terça, 6/05/2025 à(s) 09:14):",
    "gmail-es": "El mar, 6 may 2025 a las 9:14, Acme Support (<support@acme.example>) escribió:",
    "gmail-es-wrapped": "El mar, 6 may 2025 a las 9:14, Acme Support (<\nsupport@acme.example>) escribió:",
    "gmail-fr": "Le mar. 6 mai 2025 à 09:14, Acme Support <support@acme.example> a écrit :",
    "gmail-de": "Am Di., 6. Mai 2025 um 09:14 Uhr schrieb Acme Support <\nsupport@acme.example>:",
    "gmail-de-2017": "Acme Support <support@acme.example> schrieb am Di., 6. Mai 2025 um 09:14 Uhr:",
    "gmail-it": "Il giorno mar 6 mag 2025 alle ore 09:14 Acme Support <support@acme.example>\nha scritto:",
    "gmail-nl": "Op di 6 mei 2025 om 09:14 schreef Acme Support <support@acme.example>:",
    "gmail-pl": "wt., 6 maj 2025 o 09:14 Acme Support <support@acme.example> napisał(a):",
    "gmail-ru": "вт, 6 мая 2025 г. в 09:14, Acme Support <support@acme.example>:",
    "gmail-uk": "вт, 6 трав. 2025 р. о 09:14 Acme Support <support@acme.example> пише:",
    "gmail-sv": "Den tis 6 maj 2025 kl 09:14 skrev Acme Support <support@acme.example>:",
    "gmail-no": "tir. 6. mai 2025 kl. 09:14 skrev Acme Support <support@acme.example>:",
    "gmail-da": "Den tirs. 6. maj 2025 kl. 09.14 skrev Acme Support <support@acme.example>:",
    "gmail-fi": "ti 6. toukok. 2025 klo 9.14 Acme Support (support@acme.example) kirjoitti:",
    "gmail-cs": "út 6. 5. 2025 v 9:14 odesílatel Acme Support <support@acme.example> napsal:",
    "gmail-sk": "ut 6. 5. 2025 o 9:14 Acme Support <support@acme.example> napísal(a):",
    "gmail-tr": "Acme Support <support@acme.example>, 6 May 2025 Sal, 09:14 tarihinde şunu yazdı:",
    "gmail-el": "Στις Τρί 6 Μαΐ 2025 στις 9:14 π.μ., ο χρήστης Acme Support <support@acme.example>\nέγραψε:",
    "gmail-ja": "2025年5月6日(火) 9:14 Acme Support <support@acme.example>:",
    "gmail-zh-cn": "Acme Support <support@acme.example> 于2025年5月6日周二 09:14写道：",
    "gmail-zh-tw": "Acme Support <support@acme.example> 於 2025年5月6日 週二 上午9:14寫道：",
    "gmail-ko": "2025년 5월 6일 (화) 오전 9:14, Acme Support <support@acme.example>님이 작성:",
    "gmail-he": (
        "\u202bבתאריך יום ג׳, 6 במאי 2025 ב-9:14 מאת \u202aAcme Support\u202c\u200f "
        "<\u202asupport@acme.example\u202c\u200f>:\u202c"
    ),
    "gmail-ar": "في الثلاثاء، 6 مايو 2025 في 9:14 ص تمت كتابة ما يلي بواسطة Acme Support <\nsupport@acme.example>:",
    "gmail-hu": "Acme Support <support@acme.example> ezt írta (időpont: 2025. máj. 6., K, 9:14):",
    "gmail-ro": "În mar., 6 mai 2025 la 09:14, Acme Support <support@acme.example> a scris:",
    "gmail-bg": "На вт, 6.05.2025 г. в 9:14 ч. Acme Support <support@acme.example> написа:",
    "gmail-hr": "uto, 6. svi 2025. u 09:14 Acme Support <support@acme.example> napisao je:",
    "gmail-vi": "Vào Th 3, 6 thg 5, 2025 vào lúc 09:14 Acme Support <support@acme.example> đã viết:",
    "gmail-id": "Pada Sel, 6 Mei 2025 pukul 09.14 Acme Support <support@acme.example> menulis:",
    "gmail-th": "ในวันที่ อ. 6 พ.ค. 2025 เวลา 09:14 Acme Support <support@acme.example> เขียนว่า:",
    "gmail-ca": "Missatge de Acme Support <support@acme.example> del dia dt., 6 de maig 2025 a les 9:14:",
    # Apple Mail and iOS
    "apple-en": "On 6 May 2025, at 09:14, Acme Support <support@acme.example> wrote:",
    "ios-en": "On May 6, 2025, at 9:14 AM, Acme Support <support@acme.example> wrote:",
    "ios-en-wrapped": "On May 6, 2025, at 9:14\u202fAM, Acme Support <support@acme.example>\nwrote:",
    "apple-pt-br": "Em 6 de mai. de 2025, à(s) 09:14, Acme Support <support@acme.example> escreveu:",
    "apple-pt-pt": "No dia 06/05/2025, às 09:14, Acme Support <support@acme.example> escreveu:",
    "apple-es": "El 6 may 2025, a las 9:14, Acme Support <support@acme.example> escribió:",
    "apple-fr": "Le 6 mai 2025 à 09:14, Acme Support <support@acme.example> a écrit :",
    "apple-de": "Am 06.05.2025 um 09:14 schrieb Acme Support <support@acme.example>:",
    "apple-it": "Il giorno 6 mag 2025, alle ore 09:14, Acme Support <support@acme.example> ha scritto:",
    "apple-nl": "Op 6 mei 2025 om 09:14 heeft Acme Support <support@acme.example> het volgende geschreven:",
    "apple-pl": "Wiadomość napisana przez Acme Support <support@acme.example> w dniu 06.05.2025, o godz. 09:14:",
    "apple-ru": "6 мая 2025 г., в 09:14, Acme Support <support@acme.example> написал(а):",
    "apple-uk": "6 трав. 2025 р. о 09:14 Acme Support <support@acme.example> написав(ла):",
    "apple-sv": "6 maj 2025 kl. 09:14 skrev Acme Support <support@acme.example>:",
    "apple-no": "6. mai 2025 kl. 09:14 skrev Acme Support <support@acme.example>:",
    "apple-da": "Den 6. maj 2025 kl. 09.14 skrev Acme Support <support@acme.example>:",
    "apple-fi": "Acme Support <support@acme.example> kirjoitti 6.5.2025 kello 9.14:",
    "apple-cs": "6. 5. 2025 v 9:14, Acme Support <support@acme.example>:",
    "apple-tr": "Acme Support <support@acme.example> şunları yazdı (6 May 2025 09:14):",
    "apple-el": "6 Μαΐ 2025, 9:14 πμ, ο χρήστης «Acme Support <support@acme.example>» έγραψε:",
    "apple-ja": "2025/05/06 9:14、Acme Support <support@acme.example>のメール:",
    "apple-zh-cn": "在 2025年5月6日，09:14，Acme Support <support@acme.example> 写道：",
    "apple-zh-tw": "Acme Support <support@acme.example> 於 2025年5月6日 上午9:14 寫道：",
    "apple-ko": "2025. 5. 6. 오전 9:14, Acme Support <support@acme.example> 작성:",
    "apple-he": "ב-6 במאי 2025, בשעה 9:14, \u200fAcme Support <support@acme.example> כתב/ה:",
    "apple-ar": "في ٦ مايو ٢٠٢٥، الساعة ٩:١٤ ص، كتب Acme Support <support@acme.example>:",
    # Thunderbird
    "thunderbird-en": "On 5/6/25 09:14, Acme Support wrote:",
    "thunderbird-en-name-first": "Acme Support wrote on 2025/05/06 9:14:",
    "thunderbird-pt": "Em 06/05/2025 09:14, Acme Support escreveu:",
    "thunderbird-pt-pt": "Às 09:14 de 06/05/2025, Acme Support escreveu:",
    "thunderbird-es": "El 06/05/2025 a las 9:14, Acme Support escribió:",
    "thunderbird-fr": "Le 06/05/2025 à 09:14, Acme Support a écrit :",
    "thunderbird-de": "Am 06.05.25 um 09:14 schrieb Acme Support:",
    "thunderbird-it": "Il 06/05/2025 09:14, Acme Support ha scritto:",
    "thunderbird-nl": "Op 06-05-2025 om 09:14 schreef Acme Support:",
    "thunderbird-pl": "W dniu 6.05.2025 o 09:14, Acme Support pisze:",
    "thunderbird-ru": "06.05.2025 09:14, Acme Support пишет:",
    "thunderbird-uk": "06.05.2025 09:14, Acme Support пише:",
    "thunderbird-sv": "Den 2025-05-06 kl. 09:14, skrev Acme Support:",
    "thunderbird-no": "Den 06.05.2025 09:14, skrev Acme Support:",
    "thunderbird-da": "Den 06-05-2025 kl. 09:14 skrev Acme Support:",
    "thunderbird-fi": "Acme Support kirjoitti 6.5.2025 klo 9.14:",
    "thunderbird-cs": "Dne 06. 05. 25 v 9:14 Acme Support napsal(a):",
    "thunderbird-tr": "6.05.2025 09:14 tarihinde Acme Support yazdı:",
    "thunderbird-el": "Στις 6/5/2025 9:14, ο/η Acme Support έγραψε:",
    "thunderbird-zh": "在 2025/5/6 9:14, Acme Support 写道:",
    "thunderbird-ko": "2025-05-06 오전 9:14에 Acme Support 이(가) 쓴 글:",
    "thunderbird-he": "בתאריך 06/05/2025 9:14, Acme Support כתב:",
    "thunderbird-ar": "في 06/05/2025 09:14, كتب Acme Support:",
    "thunderbird-hu": "2025. 05. 06. 9:14 keltezéssel, Acme Support írta:",
    # the others
    "yahoo-en": "On Tuesday, May 6, 2025 at 09:14:22 AM GMT+2, Acme Support <support@acme.example> wrote:",
    "yahoo-de": (
        "Am Dienstag, 6. Mai 2025 um 09:14:22 MESZ hat Acme Support <support@acme.example> Folgendes geschrieben:"
    ),
    "yahoo-fr": "Le mardi 6 mai 2025 à 09:14:22 UTC+2, Acme Support <support@acme.example> a écrit :",
    "yahoo-es": "El martes, 6 de mayo de 2025, 09:14:22 CEST, Acme Support <support@acme.example> escribió:",
    "yahoo-pt": "Em terça-feira, 6 de maio de 2025 às 09:14:22 BRT, Acme Support <support@acme.example> escreveu:",
    "yahoo-it": "Il martedì 6 maggio 2025 alle ore 09:14:22 CEST, Acme Support <support@acme.example> ha scritto:",
    "yahoo-ja": "2025年5月6日 火曜日 09:14:22 JST、Acme Support <support@acme.example> のメール:",
    "proton-en": "On Tuesday, May 6th, 2025 at 9:14 AM, Acme Support <support@acme.example> wrote:",
    "proton-de": "Am Dienstag, 6. Mai 2025 um 9:14 schrieb Acme Support <support@acme.example>:",
    "proton-fr": "Le mardi 6 mai 2025 à 9:14, Acme Support <support@acme.example> a écrit :",
    "zimbra-fr": "----- Le 6 Mai 25, à 9:14, Acme Support support@acme.example a écrit :",
    "zimbra-en": "----- On May 6, 2025, at 9:14 AM, Acme Support support@acme.example wrote:",
    "zoho-en": "---- On Tue, 06 May 2025 09:14:22 +0200 Acme Support <support@acme.example> wrote ---",
    "missive": "On Tue, May 6, 2025 at 9:14 am, Acme Support < support@acme.example > wrote:",
    "front": "On May 6, 2025, 9:14 AM GMT+2 support@acme.example wrote:",
    "spark": "On 6 May 2025 at 9:14 +0200, Acme Support <support@acme.example>, wrote:",
    "airmail": "On 6 May 2025 at 09:14:22, Acme Support (support@acme.example) wrote:",
    "hey": "On May 6, 2025, Acme Support <support@acme.example> wrote:",
    "mutt": "On Tue, May 06, 2025 at 09:14:22AM +0200, Acme Support wrote:",
    "mutt-bracket": "* Acme Support <support@acme.example> [2025-05-06 09:14]:",
    "evolution-en": "On Tue, 2025-05-06 at 09:14 +0200, Acme Support wrote:",
    "evolution-de": "Am Dienstag, dem 06.05.2025 um 09:14 +0200 schrieb Acme Support:",
    "kmail-de": "Am Dienstag, 6. Mai 2025, 09:14:22 CEST schrieb Acme Support:",
    "roundcube-en": "On 2025-05-06 09:14, Acme Support wrote:",
    "roundcube-de": "Am 2025-05-06 09:14, schrieb Acme Support:",
    "roundcube-pl": "W dniu 2025-05-06 09:14, Acme Support napisał(a):",
    "horde-en": "Quoting Acme Support <support@acme.example>:",
    "horde-de": "Zitat von Acme Support <support@acme.example>:",
    "notes-en": "Acme Support <support@acme.example> wrote on 05/06/2025 09:14:22 AM:",
    "mail.ru": "Вторник,  6 мая 2025, 9:14 +03:00 от Acme Support <support@acme.example>:",
    "yandex": '06.05.2025, 09:14, "Acme Support" <support@acme.example>:',
    "netease": 'At 2025-05-06 09:14:22, "Acme Support" <support@acme.example> wrote:',
    "netease-zh": '在 2025-05-06 09:14:22，"Acme Support" <support@acme.example> 写道：',
    "outlook-mac": 'On 5/6/25, 9:14 AM, "Acme Support" <support@acme.example> wrote:',
    "outlook-mac-de": 'Am 06.05.25, 09:14 schrieb "Acme Support" <support@acme.example>:',
    "k9": "Acme Support <support@acme.example> schrieb:",
    "k9-en": "On May 6, 2025 9:14:22 AM GMT+02:00, Acme Support <support@acme.example> wrote:",
    "eudora": "At 09:14 AM 5/6/2025, Acme Support wrote:",
    "tutanota": "May 6, 2025, 09:14 by support@acme.example:",
    "libero": "Il 6 maggio 2025 alle 9.14 Acme Support <support@acme.example> ha scritto:",
}

HEADERS: Final[dict[str, str]] = {
    "outlook-en": (
        "From: Acme Support <support@acme.example>\n"
        "Sent: Tuesday, May 6, 2025 9:14 AM\n"
        "To: Kim Customer <kim@customer.example>\n"
        "Subject: RE: Router"
    ),
    "outlook-en-bold": (
        "*From:* Acme Support <support@acme.example>\n"
        "*Sent:* Tuesday, May 6, 2025 9:14 AM\n"
        "*To:* Kim Customer <kim@customer.example>; Bo <\n"
        "bo@customer.example>\n"
        "*Cc:* Ana\n"
        "*Subject:* RE: Router"
    ),
    "outlook-pt-br": (
        "De: Acme Support <support@acme.example>\n"
        "Enviada em: terça-feira, 6 de maio de 2025 09:14\n"
        "Para: Kim\n"
        "Assunto: RE: Router"
    ),
    "outlook-pt-pt": (
        "De: Acme Support <support@acme.example>\nEnviado: 6 de maio de 2025 09:14\nPara: Kim\nAssunto: RE: Router"
    ),
    "outlook-es": (
        "De: Acme Support <support@acme.example>\n"
        "Enviado el: martes, 6 de mayo de 2025 9:14\n"
        "Para: Kim\n"
        "Asunto: RE: Router"
    ),
    "outlook-fr": (
        "De : Acme Support <support@acme.example>\nEnvoyé : mardi 6 mai 2025 09:14\nÀ : Kim\nObjet : RE: Router"
    ),
    "outlook-de": (
        "Von: Acme Support <support@acme.example>\nGesendet: Dienstag, 6. Mai 2025 09:14\nAn: Kim\nBetreff: AW: Router"
    ),
    "gmx-de": (
        "Gesendet: Dienstag, 06. Mai 2025 um 09:14 Uhr\n"
        'Von: "Acme Support" <support@acme.example>\n'
        "An: kim@customer.example\n"
        "Betreff: Re: Router"
    ),
    "outlook-it": (
        "Da: Acme Support <support@acme.example>\nInviato: martedì 6 maggio 2025 09:14\nA: Kim\nOggetto: R: Router"
    ),
    "outlook-nl": (
        "Van: Acme Support <support@acme.example>\nVerzonden: dinsdag 6 mei 2025 09:14\nAan: Kim\nOnderwerp: RE: Router"
    ),
    "outlook-pl": (
        "Od: Acme Support <support@acme.example>\nWysłano: wtorek, 6 maja 2025 09:14\nDo: Kim\nTemat: RE: Router"
    ),
    "outlook-ru": (
        "От: Acme Support <support@acme.example>\nОтправлено: 6 мая 2025 г. 9:14\nКому: Kim\nТема: RE: Router"
    ),
    "outlook-uk": (
        "Від: Acme Support <support@acme.example>\nНадіслано: 6 травня 2025 р. 9:14\nКому: Kim\nТема: RE: Router"
    ),
    "outlook-sv": (
        "Från: Acme Support <support@acme.example>\nSkickat: den 6 maj 2025 09:14\nTill: Kim\nÄmne: SV: Router"
    ),
    "outlook-no": (
        "Fra: Acme Support <support@acme.example>\nSendt: tirsdag 6. mai 2025 09:14\nTil: Kim\nEmne: SV: Router"
    ),
    "outlook-da": "Fra: Acme Support <support@acme.example>\nSendt: 6. maj 2025 09:14\nTil: Kim\nEmne: SV: Router",
    "outlook-fi": (
        "Lähettäjä: Acme Support <support@acme.example>\n"
        "Lähetetty: tiistai 6. toukokuuta 2025 9.14\n"
        "Vastaanottaja: Kim\n"
        "Aihe: VS: Router"
    ),
    "outlook-cs": (
        "Od: Acme Support <support@acme.example>\nOdesláno: úterý 6. května 2025 9:14\nKomu: Kim\nPředmět: RE: Router"
    ),
    "outlook-tr": (
        "Kimden: Acme Support <support@acme.example>\nGönderildi: 6 Mayıs 2025 Salı 09:14\nKime: Kim\nKonu: YNT: Router"
    ),
    "outlook-el": (
        "Από: Acme Support <support@acme.example>\nΣτάλθηκε: Τρίτη, 6 Μαΐου 2025 9:14 πμ\nΠρος: Kim\nΘέμα: RE: Router"
    ),
    "outlook-ja": (
        "差出人: Acme Support <support@acme.example>\n送信日時: 2025年5月6日 9:14\n宛先: Kim\n件名: RE: Router"
    ),
    "outlook-zh-cn": (
        "发件人: Acme Support <support@acme.example>\n发送时间: 2025年5月6日 9:14\n收件人: Kim\n主题: 回复: Router"
    ),
    "outlook-zh-tw": (
        "寄件者: Acme Support <support@acme.example>\n寄件日期: 2025年5月6日 上午 09:14\n收件者: Kim\n主旨: RE: Router"
    ),
    "foxmail": "发件人： Acme Support\n发送时间： 2025-05-06 09:14\n收件人： kim@customer.example\n主题： Re: Router",
    "outlook-ko": (
        "보낸 사람: Acme Support <support@acme.example>\n"
        "보낸 날짜: 2025년 5월 6일 화요일 오전 9:14\n"
        "받는 사람: Kim\n"
        "제목: RE: Router"
    ),
    "outlook-he": (
        "מאת: Acme Support <support@acme.example>\nנשלח: יום שלישי 06 מאי 2025 9:14\nאל: Kim\nנושא: RE: Router"
    ),
    "outlook-ar": (
        "من: Acme Support <support@acme.example>\nتم الإرسال: 06/مايو/2025 09:14 ص\nإلى: Kim\nالموضوع: RE: Router"
    ),
    "outlook-hu": (
        "Feladó: Acme Support <support@acme.example>\n"
        "Elküldve: 2025. május 6., kedd 9:14\n"
        "Címzett: Kim\n"
        "Tárgy: RE: Router"
    ),
    "outlook-ro": (
        "De la: Acme Support <support@acme.example>\nTrimis: marți, 6 mai 2025 09:14\nCătre: Kim\nSubiect: RE: Router"
    ),
    "apple-headers": (
        "From: Acme Support <support@acme.example>\n"
        "Date: Tuesday, 6 May 2025 at 09:14\n"
        "To: Kim <kim@customer.example>\n"
        "Subject: Re: Router"
    ),
    "windows-mail": "From: Acme Support\nSent: Tuesday, May 6, 2025 9:14 AM\nTo: kim@customer.example",
    "notes-en": (
        "From:        Acme Support <support@acme.example>\n"
        "To:        Kim <kim@customer.example>,\n"
        "Date:        06/05/2025 09:14\n"
        "Subject:        Router"
    ),
    "paragraphs": (
        "From: Acme Support <support@acme.example>\n"
        "\n"
        "Sent: Tuesday, May 6, 2025 9:14 AM\n"
        "\n"
        "To: Kim\n"
        "\n"
        "Subject: RE: Router"
    ),
}

SEPARATORS: Final[dict[str, str]] = {
    "en": "-----Original Message-----",
    "en-samsung": "-------- Original message --------",
    "en-yahoo": "----- Original Message -----",
    "en-proton": "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
    "en-reply": "----- Reply message -----",
    "de": "-----Ursprüngliche Nachricht-----",
    "de-t-online": "-----Original-Nachricht-----",
    "de-samsung": "-------- Ursprüngliche Nachricht --------",
    "fr": "-----Message d'origine-----",
    "fr-samsung": "-------- Message d’origine --------",
    "fr-zimbra": "----- Mail original -----",
    "es": "-----Mensaje original-----",
    "pt": "-----Mensagem original-----",
    "it": "-----Messaggio originale-----",
    "it-libero": "----Messaggio originale----",
    "nl": "-----Oorspronkelijk bericht-----",
    "pl": "-----Wiadomość oryginalna-----",
    "pl-2": "-----Oryginalna wiadomość-----",
    "ru": "-----Исходное сообщение-----",
    "uk": "-----Початкове повідомлення-----",
    "sv": "-----Ursprungligt meddelande-----",
    "no": "-----Opprinnelig melding-----",
    "da": "-----Oprindelig meddelelse-----",
    "fi": "-----Alkuperäinen viesti-----",
    "cs": "-----Původní zpráva-----",
    "tr": "-----Özgün İleti-----",
    "tr-2": "-----Orijinal Mesaj-----",
    "el": "-----Αρχικό μήνυμα-----",
    "ja": "-----元のメッセージ-----",
    "zh-cn": "------------------ 原始邮件 ------------------",
    "zh-cn-outlook": "-----邮件原件-----",
    "zh-tw": "-----原始郵件-----",
    "ko": "-----원본 메시지-----",
    "he": "-----הודעה מקורית-----",
    "ar": "-----الرسالة الأصلية-----",
}

DEVICES: Final[tuple[str, ...]] = (
    "Sent from my iPhone",
    "Sent from my iPad",
    "Sent from my Verizon Wireless BlackBerry",
    "Sent from Yahoo Mail on Android",
    "Sent from Yahoo Mail for iPhone",
    "Sent from Outlook for Android",
    "Sent from Mail for Windows 10",
    "Sent from Mail for Windows",
    "Sent from my Galaxy",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent via the Samsung Galaxy S8, an AT&T 5G smartphone",
    "Sent with Proton Mail secure email.",
    "Sent from ProtonMail mobile",
    "Sent from Proton Mail for iOS",
    "Sent with Airmail",
    "Sent via mobile",
    "Sent from Front",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Get Outlook for Android <https://aka.ms/AAb9ysg>",
    "Get BlueMail for Android",
    "(sent from a phone)",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon appareil Galaxy",
    "Envoyé à partir de Outlook pour iOS<https://aka.ms/o0ukef>",
    "Envoyé depuis l'application Mail Orange",
    "Télécharger Outlook pour Android",
    "Obtenir Outlook pour iOS",
    "Von meinem iPhone gesendet",
    "Von meinem Samsung Galaxy Smartphone gesendet.",
    "Gesendet von Mail für Windows",
    "Gesendet mit der GMX Mail App",
    "Gesendet von Outlook für iOS",
    "Outlook für iOS beziehen",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Von meinem/meiner Galaxy gesendet",
    "Enviado desde mi iPhone",
    "Enviado desde mi Galaxy",
    "Enviado desde Outlook para Android",
    "Obtener Outlook para iOS",
    "Enviado do meu iPhone",
    "Enviado do meu smartphone Samsung Galaxy.",
    "Enviado do Outlook para iOS",
    "Obter o Outlook para Android",
    "Enviado a partir do Outlook para Android",
    "Inviato da iPhone",
    "Inviato dal mio Galaxy",
    "Inviato da Outlook per iOS",
    "Ottieni Outlook per Android",
    "Verstuurd vanaf mijn iPhone",
    "Verzonden vanaf mijn Galaxy",
    "Outlook voor iOS downloaden",
    "Verzonden vanuit Mail voor Windows",
    "Wysłane z iPhone'a",
    "Wysłane z mojego telefonu Galaxy.",
    "Pobierz aplikację Outlook dla systemu iOS",
    "Отправлено с iPhone",
    "Отправлено с устройства Galaxy",
    "Отправлено из мобильной Почты Mail.ru",
    "Отправлено из мобильной Яндекс.Почты",
    "Надіслано з iPhone",
    "Skickat från min iPhone",
    "Skaffa Outlook för iOS",
    "Sendt fra min iPhone",
    "Hent Outlook til iOS",
    "Sendt fra Outlook for iOS",
    "Lähetetty iPhonesta",
    "Hanki Outlook for iOS",
    "Odesláno z iPhonu",
    "Získat Outlook pro Android",
    "iPhone'umdan gönderildi",
    "Samsung cihazımdan gönderildi",
    "Στάλθηκε από το iPhone μου",
    "iPhoneから送信",
    "Outlook for iOSを入手",
    "从我的iPhone发送",
    "发自我的iPhone",
    "發自我的 iPhone",
    "從我的 iPhone 傳送",
    "获取 Outlook for iOS",
    "나의 iPhone에서 보냄",
    "Android용 Outlook 다운로드",
    "נשלח מה-iPhone שלי",
    "أُرسلت من الـ iPhone",
)

ABOVE_LINES: Final[tuple[str, ...]] = (
    "##- Please type your reply above this line -##",
    "##- Escreva a sua resposta acima desta linha -##",
    "## Please do not write below this line ##",
    "-- Please reply above this line --",
    "=== Please write your reply above this line ===",
    "##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein. -##",
    "##- Veuillez saisir une réponse au-dessus de cette ligne -##",
)

FORWARDS: Final[tuple[str, ...]] = (
    "---------- Forwarded message ---------",
    "---------- Forwarded message ----------",
    "-------- Forwarded Message --------",
    "----- Forwarded Message -----",
    "Begin forwarded message:",
    "---------- Weitergeleitete Nachricht ----------",
    "-------- Weitergeleitete Nachricht --------",
    "Anfang der weitergeleiteten Nachricht:",
    "---------- Message transféré ---------",
    "-------- Message transféré --------",
    "Début du message réexpédié :",
    "Début du message transféré :",
    "---------- Mensaje reenviado ----------",
    "-------- Mensaje reenviado --------",
    "Inicio del mensaje reenviado:",
    "---------- Mensagem encaminhada ----------",
    "-------- Mensagem reencaminhada --------",
    "Início da mensagem encaminhada:",
    "Início da mensagem reencaminhada:",
    "---------- Messaggio inoltrato ----------",
    "-------- Messaggio Inoltrato --------",
    "Inizio messaggio inoltrato:",
    "---------- Doorgestuurd bericht ---------",
    "-------- Doorgestuurd bericht --------",
    "Begin doorgestuurd bericht:",
    "---------- Przekazana wiadomość ----------",
    "-------- Przekazana wiadomość --------",
    "Początek przekazywanej wiadomości:",
    "---------- Пересланное сообщение ---------",
    "-------- Перенаправленное сообщение --------",
    "-------- Пересылаемое сообщение --------",
    "Начало переадресованного сообщения:",
    "---------- Переслане повідомлення ---------",
    "---------- Vidarebefordrat meddelande ---------",
    "-------- Vidarebefordrat meddelande --------",
    "Vidarebefordrat brev:",
    "---------- Videresendt melding ---------",
    "-------- Videresendt melding --------",
    "Videresendt melding:",
    "---------- Videresendt meddelelse ----------",
    "Start på videresendt besked:",
    "Videresendt besked:",
    "---------- Välitetty viesti ---------",
    "-------- Edelleenlähetetty viesti --------",
    "Välitetty viesti alkaa:",
    "---------- Přeposlaná zpráva ---------",
    "-------- Přeposlaná zpráva --------",
    "Začátek přeposlané zprávy:",
    "---------- Yönlendirilmiş ileti ---------",
    "-------- İletilmiş Mesaj --------",
    "İletilen ileti başlangıcı:",
    "---------- Προωθημένο μήνυμα ---------",
    "-------- Προωθημένο Μήνυμα --------",
    "Αρχή προωθημένου μηνύματος:",
    "---------- 転送されたメッセージ ---------",
    "-------- 転送メッセージ --------",
    "下記は転送されたメッセージです：",
    "転送されたメッセージ：",
    "---------- 转发的邮件 ---------",
    "-------- 转发的消息 --------",
    "开始转发的邮件：",
    "---------- 轉寄的郵件 ---------",
    "開始轉寄郵件：",
    "---------- 전달된 메일 ---------",
    "-------- 전달된 메시지 --------",
    "전달된 메시지:",
    "---------- הודעה שהועברה ---------",
    "-------- הודעה מועברת --------",
    "תחילת ההודעה שהועברה:",
    "---------- رسالة مُعاد توجيهها ---------",
    "-------- رسالة معاد توجيهها --------",
    "بداية الرسالة المعاد توجيهها:",
)
