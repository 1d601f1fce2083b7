"""Labels of the header lines that mail clients print above a quoted or forwarded mail, in their translations.

Maps each label to the header field it stands for; knows no lines and decides nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """The header field that a label stands for."""

    FROM = "from"
    SENT = "sent"
    """A date under a label that only mail clients use ("Sent:"), unlike "Date:"."""
    DATE = "date"
    TO = "to"
    CC = "cc"
    SUBJECT = "subject"
    OTHER = "other"


_WORDS: Final = {
    Role.FROM: (
        "from, von, de, da, van, od, от, від, fra, från, lähettäjä, odesílatel, odosielateľ, kimden, "
        "gönderen, από, 差出人, 送信者, 发件人, 發件人, 寄件者, 寄件人, 보낸사람, 보낸 사람, 발신, 발신자, "
        "보낸이, מאת, من, feladó, remetente, remitente, mittente, expéditeur, expediteur, afzender, "
        "absender, nadawca, отправитель, відправник, afsender, avsender, avsändare, от кого, від кого, dari, "
        "pengirim, จาก, từ, frá, saatja, expeditor, de la, šalje, адкуль"
    ),
    Role.SENT: (
        "sent, gesendet, gesendet am, envoyé, envoye, envoyé le, enviado, enviado em, enviada, enviada em, "
        "enviado el, inviato, verzonden, verstuurd, wysłano, wyslano, отправлено, надіслано, sendt, skickat, "
        "lähetetty, odesláno, odoslané, gönderildi, gönderilme tarihi, gönderme tarihi, στάλθηκε, εστάλη, "
        "αποστολή, 送信日時, 送信日, 发送时间, 發送時間, 发送日期, 寄件日期, 傳送時間, 已傳送, 보낸날짜, "
        "보낸 날짜, 보낸 시간, נשלח, נשלח בתאריך, تم الإرسال, تاريخ الإرسال, أُرسلت, elküldve, trimis, "
        "изпратено, послато, poslano, dikirim, đã gửi, ส่ง, saadetud, nosūtīts, išsiųsta, sent on, sent at, "
        "date sent, data invio, data de envio, fecha de envío, date d'envoi, data wysłania, дата отправки, "
        "message du, ส่งเมื่อ"
    ),
    Role.DATE: (
        "date, datum, data, fecha, дата, dato, päivämäärä, päiväys, pvm, tarih, ημερομηνία, 日付, 日時, "
        "日期, 날짜, תאריך, التاريخ, dátum, dată, kelt, tanggal, วันที่, ngày, kuupäev, datums, время, 时间, "
        "時間"
    ),
    Role.TO: (
        "to, an, à, a, para, aan, do, кому, till, til, vastaanottaja, komu, kime, alıcı, προς, 宛先, 送信先, "
        "收件人, 收件者, 받는사람, 받는 사람, 수신, 받는이, אל, إلى, الى, címzett, către, la, za, prima, "
        "kepada, untuk, ถึง, đến, tới, saaja, kam, destinataire, destinataires, destinatario, destinatário, "
        "ontvanger, empfänger, odbiorca, получатель, получатели, отримувач, mottaker, mottagare, modtager, "
        "pre, до"
    ),
    Role.CC: (
        "cc, bcc, c.c, c.c., kopie, kopie (cc), kopi, kopia, copia, copie, copie à, cópia, con copia, dw, "
        "udw, копия, копія, kopio, bilgi, κοιν, κοινοποίηση, 抄送, 副本, 密件抄送, 참조, 숨은참조, עותק, "
        "نسخة, másolat, kópia, ccn, cco, cci, copie conforme, tembusan, สำเนา, đồng gửi, 写し, kopie an, "
        "kopiya"
    ),
    Role.SUBJECT: (
        "subject, betreff, objet, asunto, assunto, oggetto, onderwerp, temat, тема, emne, ämne, aihe, "
        "předmět, predmet, konu, θέμα, 件名, 主题, 主題, 主旨, 标题, 標題, 제목, נושא, הנושא, الموضوع, "
        "tárgy, subiect, subjek, perihal, หัวเรื่อง, เรื่อง, chủ đề, tiêu đề, teema, temats, tema, ogg, sujet, "
        "efni, относно, наслов, naslov, título, titulo, betr, betrifft, assumpte, gaia"
    ),
    Role.OTHER: (
        "reply-to, reply to, importance, priority, attachments, attachment, sent by, sensitivity, "
        "message-id, anlagen, anlage, wichtigkeit, priorität, antwort an, antworten an, allegati, risposta, "
        "rispondi a, priorità, pièces jointes, pièce jointe, répondre à, datos adjuntos, adjuntos, "
        "importancia, responder a, anexos, prioridade, importância, bijlagen, bijlage, urgentie, prioriteit, "
        "załączniki, priorytet, odpowiedz do, вложения, важность, bilagor, vedlegg, vedhæftede filer, "
        "liitteet, přílohy, důležitost, ekler, önem, συνημμένα, 添付ファイル, 附件, 첨부, 첨부파일, 重要度, "
        "重要性, 优先级, קבצים מצורפים, המرفقات, المرفقات, when, where, wann, wo, organizer, gesendet von, "
        "envoyé par, enviado por, inviato da, verzonden door, categories, kategorien, flag status, "
        "follow up flag, mailing list, folder, return-path, resent-from, resent-date, please respond to, "
        "responder para, organisation, organization, user-agent, x-mailer, mailed-by, signed-by, security"
    ),
}

LABELS: Final[dict[str, Role]] = {
    label.strip().casefold(): role for role, words in reversed(_WORDS.items()) for label in words.split(",")
}

LONGEST_LABEL: Final = max(map(len, LABELS))
