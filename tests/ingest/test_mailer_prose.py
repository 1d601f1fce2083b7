"""What mailers write who send no report: each form once, read as a whole mail.

The forms are those of mailers, gateways and carriers old and new; the words are ours.
"""

from __future__ import annotations

import pytest

from maild.domain.mail import Kind
from maild.ingest.parse import read

FORMS: dict[str, tuple[str, str, str]] = {
    "list of failed recipients": (
        "Postmaster@sdm.example",
        "Returned mail",
        ("Hello,\nhere is your list of failed recipients\n\n<rita@nowhere.example>\n\nhere is your returned mail\n"),
    ),
    "alias of a program": (
        "MAILER-DAEMON@x.example",
        "Returned mail",
        (
            "   ----- The following addresses had permanent fatal errors -----\n"
            '"|/usr/bin/foo"\n'
            "    (expanded from: <rita@nowhere.example>)\n"
            "\n"
            "   ----- Transcript of session follows -----\n"
        ),
    ),
    "transcript of a host": (
        "Mail Delivery System <mailer@demon.example>",
        "Mail delivery failed",
        (
            "This message was created automatically by mail delivery software.\n"
            "A message could not be delivered:\n"
            "  rcpt to:<rita@nowhere.example>\n"
            "  550 no\n"
            "Original message follows\n"
        ),
    ),
    "machine generated": (
        "postmaster@newmail.example",
        "Undelivered mail",
        (
            "This is the machine generated message from mail service.\n"
            "\n"
            "<rita@nowhere.example>: No such user\n"
            "\n"
            "--- Below the next line is a copy of the message.\n"
        ),
    ),
    "undeliverable address": (
        "MAILER-DAEMON@hotpop.example",
        "Message undeliverable",
        ("Undeliverable Address: rita@nowhere.example\nReason: over quota\n\nOriginal message attached\n"),
    ),
    "addressed to": (
        "MAILER-DAEMON@demon.example",
        "Undeliverable mail",
        (
            "This message was created automatically by mail delivery software.\n"
            "Your message addressed to 'rita@nowhere.example' was rejected\n"
            "---- START OF RETURNED MESSAGE ----\n"
        ),
    ),
    "mailbox full": (
        "MAILER-DAEMON@prodigy.example",
        "Undeliverable mail",
        ("User's mailbox is full: <rita@nowhere.example>\nUnable to deliver mail.\n"),
    ),
    "below the old message": (
        "postmaster@svc.example",
        "Undeliverable",
        ("The email below could not be delivered to the following user:\n\n<rita@nowhere.example>\n\nOld message:\n"),
    ),
    "LSMTP": (
        "LSMTP <MAILER-DAEMON@lsmtp.example>",
        "Undelivered mail",
        (
            "The enclosed message could not be delivered.\n"
            "\n"
            "--> Error description:\n"
            "\n"
            "Error-For:  rita@nowhere.example\n"
            "Error-Code: 3\n"
            "Error-Text: No such user here\n"
            "\n"
            "Error-End:  One error reported.\n"
        ),
    ),
    "EYOU": (
        "MAILER-DAEMON@eyou.example",
        "failure notice",
        (
            "Hi.\n"
            "This is the deliver program at eyou.example.\n"
            "I can't deliver your message to the following addresses.\n"
            "\n"
            "rita@nowhere.example\n"
            "user overquota\n"
            "\n"
            "--- Attached is the original mail\n"
        ),
    ),
    "qmail, reworded": (
        "MAILER-DAEMON@ieo.example",
        "failure notice",
        (
            "Hi. this is the email server at mail.ieo.example\n"
            "I'm not able to deliver the message to rita@nowhere.example , no such user.\n"
            "--- \n"
        ),
    ),
    "failed recipient": (
        "postmaster@domain.example",
        "Undeliverable mail",
        (
            "Could not deliver message to the following recipient(s):\n"
            "\n"
            "Failed Recipient: rita@nowhere.example\n"
            "Reason: Remote host said: 550 5.1.1 User unknown\n"
            "\n"
            "   -- The header and top 20 lines of the message follows --\n"
        ),
    ),
    "PMDF": (
        "Internet Mail Delivery <postmaster@uci.example>",
        "Delivery Notification: Delivery has failed",
        (
            "Your message cannot be delivered to the following recipients:\n"
            "\n"
            "  Recipient address: rita@nowhere.example\n"
            "  Reason: Remote SMTP server has rejected address\n"
            "  Diagnostic code: smtp;550 5.1.1 User unknown\n"
        ),
    ),
    "colon and indented": (
        "postmaster@ademe.example",
        "Delivery Failure",
        ("A message could not be delivered to:\n  rita@nowhere.example\n\nSubject: x\n"),
    ),
    "originally addressed to": (
        "postmaster@dado.example",
        "Delivery problem",
        (
            "Your message has encountered delivery problems\n"
            "to local user u.\n"
            "(Originally addressed to rita@nowhere.example)\n"
            "\n"
            "Your message reads (in part):\n"
        ),
    ),
    "Symantec gateway, delay": (
        "Symantec_AntiVirus_for_SMTP_Gateways@x.example",
        "Message delivery delayed",
        (
            "Your message with Subject: Hello\n"
            "could not be delivered to the following recipients:\n"
            "rita@nowhere.example\n"
            "\n"
            "Delivery attempts will continue to be made for the next 2 days.\n"
        ),
    ),
    "Exchange, advisory": (
        "postmaster@ex.example",
        "Delivery Status Notification (Delay)",
        (
            "This is an advisory-only email for your information.\n"
            'Delivery of your message to "rita@nowhere.example" has been postponed.\n'
        ),
    ),
    "dashes": (
        "MAILER-DAEMON@u.example",
        "Delivery failure",
        (
            "This is a delivery failure notification message indicating that\n"
            "an email you addressed to email address :\n"
            "-- rita@nowhere.example\n"
            "\n"
            "could not be delivered. The problem appears to be :\n"
            "-- Recipient email address is possibly incorrect\n"
        ),
    ),
    "in brackets": (
        "mail@earthling.example",
        "Delivery Failure",
        (
            "Delivery has failed on the enclosed message for the following\n"
            "reasons reported either by the mail delivery system on the mail\n"
            "relay host or by the local TCP/IP transport module:\n"
            "   [rita@nowhere.example]:\n"
            "   User quota exceeded.\n"
            "\n"
            "Original message details:\n"
        ),
    ),
    "Yahoo, To only": (
        "MAILER-DAEMON@yahoo.example",
        "Failure Notice",
        (
            "I'm sorry, I wasn't able to deliver the following message:\n"
            "\n"
            "To: rita@nowhere.example\n"
            "Subject: x\n"
            "\n"
            "---Below this line is a copy of the message.\n"
        ),
    ),
    "Netscape": (
        "Mail Administrator <Postmaster@n.example>",
        "Mail System Error - Returned Mail",
        (
            "This Message was undeliverable due to the following reason:\n"
            "\n"
            "The following destination addresses were unknown (please check\n"
            "the addresses and re-mail the message):\n"
            "\n"
            "   SMTP <rita@nowhere.example>\n"
            "\n"
            "Please reply to Postmaster@n.example\n"
            "if you feel this message to be in error.\n"
        ),
    ),
    "did not receive": (
        "postmaster@cai.example",
        "Undeliverable",
        (
            "The following recipients did not receive this message:\n"
            "\n"
            "   <rita@nowhere.example>\n"
            "\n"
            "Reason: 550 unknown\n"
        ),
    ),
    "in a sentence": (
        "postmaster@llnl.example",
        "Undeliverable Mail",
        (
            "The mail system was unable to deliver your message.\n"
            " The user, rita@nowhere.example, is not a valid user here\n"
        ),
    ),
    "CompuServe": (
        "MAILER-DAEMON@cs.example",
        "Undeliverable message",
        (
            "Your message could not be delivered for the following reason:\n"
            "\n"
            "? Receiver not found: rita@nowhere.example\n"
            "\n"
            "--- Returned message ---\n"
            "\n"
        ),
    ),
    "Mercury": (
        "Electronic Postmaster <postmaster@merc.example>",
        "Postmaster notify: delivery failure.",
        (
            "With reference to your message with the subject:\n"
            '   "Hello"\n'
            "\n"
            "The local mail transport system has reported the following problems\n"
            "it encountered while trying to deliver your message:\n"
            "\n"
            "*** rita@nowhere.example\n"
            "    550 User not known here.\n"
            "\n"
            "Your mail message is being returned to you in the next part of this message.\n"
        ),
    ),
    "Bigfoot": (
        "Mail Delivery Subsystem <MAILER-DAEMON@bigfoot.example>",
        "Returned mail: ",
        (
            "   ----- The following addresses had permanent fatal errors -----\n"
            "<rita@nowhere.example>\n"
            "\n"
            "   ----- Transcript of session follows -----\n"
            ">>> 553 Invalid recipient rita@nowhere.example (Mode: normal)\n"
        ),
    ),
    "SMS gateway": (
        "post_master@vtext.example",
        "Undeliverable Message",
        (
            "Error: No valid recipients for this MM\n"
            "\n"
            "Message details:\n"
            "  Subject: Test message\n"
            "  MAIL FROM: support@helpdesk.example\n"
            "  RCPT TO: rita@nowhere.example\n"
            "  From: support@helpdesk.example\n"
        ),
    ),
    "Mimecast": (
        "Postmaster <postmaster@mimecast.example>",
        "[Postmaster] Email Delivery Failure",
        (
            "Your email was unable to be delivered\n"
            "\n"
            "This is to inform you that your email could not be delivered to one or more recipients. Details follow:\n"
            "\n"
            "Sender: support@helpdesk.example\n"
            "Recipient: rita@nowhere.example\n"
            "Subject: Hello\n"
            "Reason: 550 User unknown\n"
        ),
    ),
    "couldn't be delivered": (
        "MAILER-DAEMON@pp.example (Mail Delivery System)",
        "Undeliverable: hello",
        ("Your message to rita@nowhere.example couldn't be delivered.\n\nuserx wasn't found at nowhere.example.\n"),
    ),
    "Japanese carrier": (
        "mail-daemon@docomo.example",
        "Mail System Error - Returned Mail",
        (
            "次のあて先へのメッセージはエラーのため送信できませんでした。\n"
            "\n"
            "送信先: rita@nowhere.example\n"
            "\n"
            "送信先メールアドレスが見つかりません。\n"
        ),
    ),
    "another Japanese carrier": (
        "MAILER-DAEMON@softbank.example",
        "送信エラー",
        (
            "以下の宛先にメールをお届けできませんでした。\n"
            "宛先: <rita@nowhere.example>\n"
            "理由: メールボックスの容量がいっぱいです。\n"
        ),
    ),
    "French provider": (
        "MAILER-DAEMON@free.example",
        "failure notice",
        (
            "Bonjour,\n"
            "Ce message a été généré automatiquement.\n"
            "Votre message n'a pas pu être remis au destinataire suivant :\n"
            "\n"
            "<rita@nowhere.example>:\n"
            "550 5.2.1 compte désactivé\n"
            "\n"
            "--- Message original ---\n"
        ),
    ),
    "Spanish provider": (
        "Mail Delivery System <MAILER-DAEMON@telefonica.example>",
        "Error en la entrega del mensaje",
        (
            "Su mensaje no ha podido ser entregado a los siguientes destinatarios:\n"
            "\n"
            "   rita@nowhere.example\n"
            "\n"
            "Motivo: buzón lleno\n"
        ),
    ),
    "Korean portal": (
        "MAILER-DAEMON@naver.example",
        "메일이 전송되지 않았습니다.",
        ("메일을 전송하지 못했습니다.\n받는 사람: rita@nowhere.example\n원인: 존재하지 않는 사용자\n"),
    ),
    "Office 365, German": (
        "Microsoft Outlook <postmaster@x.example>",
        "Unzustellbar: Hallo",
        (
            "Ihre Nachricht an rita@nowhere.example konnte nicht zugestellt werden.\n"
            "\n"
            "userx wurde auf nowhere.example nicht gefunden.\n"
        ),
    ),
    "Office 365, French": (
        "Microsoft Outlook <postmaster@x.example>",
        "Non remis : Bonjour",
        ("Votre message à rita@nowhere.example n'a pas pu être remis.\n\nuserx est introuvable sur nowhere.example.\n"),
    ),
    "Office 365, Spanish": (
        "Microsoft Outlook <postmaster@x.example>",
        "No se puede entregar: Hola",
        ("No se pudo entregar el mensaje a rita@nowhere.example.\n\nuserx no se encontró en nowhere.example.\n"),
    ),
    "Office 365, Portuguese": (
        "Microsoft Outlook <postmaster@x.example>",
        "Não entregue: Olá",
        (
            "Não foi possível entregar sua mensagem a rita@nowhere.example.\n"
            "\n"
            "userx não foi encontrado em nowhere.example.\n"
        ),
    ),
    "Office 365, Italian": (
        "Microsoft Outlook <postmaster@x.example>",
        "Non recapitabile: Ciao",
        ("Impossibile recapitare il messaggio a rita@nowhere.example.\n\nuserx non trovato in nowhere.example.\n"),
    ),
    "Office 365, Dutch": (
        "Microsoft Outlook <postmaster@x.example>",
        "Onbestelbaar: Hallo",
        (
            "Uw bericht aan rita@nowhere.example kan niet worden bezorgd.\n"
            "\n"
            "userx is niet gevonden bij nowhere.example.\n"
        ),
    ),
    "Office 365, Polish": (
        "Microsoft Outlook <postmaster@x.example>",
        "Nie można dostarczyć: Cześć",
        ("Nie można dostarczyć wiadomości do rita@nowhere.example.\n\nNie znaleziono użytkownika userx.\n"),
    ),
    "Gmail, Portuguese": (
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        (
            "** Endereço não encontrado **\n"
            "\n"
            "Sua mensagem não foi entregue a rita@nowhere.example porque o endereço não foi encontrado.\n"
            "\n"
            "A resposta foi:\n"
            "\n"
            "550 5.1.1 The email account that you tried to reach does not exist.\n"
        ),
    ),
    "smail with a transport": (
        "Mail Delivery System <Mailer-Daemon@t-online.example>",
        "Mail delivery failed: returning message to sender",
        (
            "|------------------------- Message log follows: -------------------------|\n"
            "|------------------------- Failed addresses follow: ---------------------|\n"
            " <rita@nowhere.example> ... transport smtp: 550 user unknown\n"
            "|------------------------- Message text follows: ------------------------|\n"
        ),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_prose_names_its_victim(form: str) -> None:
    sender, subject, notice = FORMS[form]
    mail = read(
        f"Return-Path: <>\nFrom: {sender}\nTo: support@helpdesk.example\nSubject: {subject}\n"
        f"Message-ID: <1@mx.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{notice}".encode()
    )
    assert mail.kind is (
        Kind.DELAY if "retri" in notice or "postponed" in notice or "continue" in notice else Kind.BOUNCE
    )
    assert mail.report is not None
    assert [r.original_recipient or r.final_recipient for r in mail.report.recipients] == ["rita@nowhere.example"]
    assert mail.report.status.startswith("4." if mail.kind is Kind.DELAY else "5.")
    assert not mail.may_reply


@pytest.mark.parametrize("form", FORMS)
def test_a_human_who_quotes_it_stays_human(form: str) -> None:
    _, subject, notice = FORMS[form]
    mail = read(
        "Return-Path: <ana@customer.example>\nFrom: Ana <ana@customer.example>\nTo: support@helpdesk.example\n"
        f"Subject: Fwd: {subject}\nMessage-ID: <1@customer.example>\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\nWhat does this mean?\n\n{notice}".encode()
    )
    assert mail.kind is Kind.MESSAGE
