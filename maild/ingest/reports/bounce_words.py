"""The words by which mailers without a proper report say that a mail failed or waits, in the languages they write.

A table only, all lower case. Never decides anything.
"""

from __future__ import annotations

import re2


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(" ".join(piece.split()) for piece in text.split("|") if piece.strip())


SUBJECTS = _pieces("""
    undeliver | delivery status notification | delivery notification | delivery report | delivery failure |
    delivery failed | delivery fail | failed delivery | failure delivery | delivery problem | delivery error |
    delivery has failed | delivery unsuccessful | delivery status: | mail delivery | message delivery |
    returned mail | mail returned | message returned | returned to sender | returning message to sender |
    return to sender | failure notice | failure notification | mail failure | notice of failure | nondeliver |
    non-deliver | non deliver | not delivered | could not be delivered | couldn't be delivered |
    cannot be delivered | can't be delivered | unable to deliver | error sending your mail |
    error during delivery | mail system error | processing error | email delivery error | rejected mail |
    mail rejected | message rejected | message blocked | blocked by our bulk | user unknown | unknown user |
    mailbox full | mailbox is full | bounced mail | bounce notification | delayed mail | mail delayed |
    message delayed | delivery delayed | delivery delay | has not yet been delivered | not yet delivered |
    could not send message | cannot send message | permanent delivery | you are not member |
    not member article | ignored not ml message | unzustellbar | nicht zugestellt | nicht zustellbar |
    zustellung fehlgeschlagen | zustellfehler | zustellungsfehler | konnte nicht zugestellt |
    konnte nicht ausgeliefert | übermittlung fehlgeschlagen | fehler bei der zustellung | zustellung verzögert |
    unzustellbarkeit | non remis | non délivré | non distribu | échec de la remise | échec de remise |
    échec de la livraison | échec de livraison | échec de distribution | n'a pas pu être |
    n\u2019a pas pu être | avis de non-remise | retour à l'expéditeur | retour à l\u2019expéditeur |
    notification d'état de remise | remise retardée | no se puede entregar | no se pudo entregar |
    no entregado | no se ha podido entregar | no ha sido entregado | error de entrega | error en la entrega |
    fallo en la entrega | fallo de entrega | entrega fallida | correo devuelto | mensaje devuelto |
    notificación de estado de la entrega | no entregable | não é possível entregar | não foi possível entregar |
    não entreg | não pôde ser entregue | impossível entregar | falha na entrega | falha de entrega |
    falha no envio | erro na entrega | erro de entrega | mensagem devolvida | email devolvido |
    e-mail devolvido | notificação de estado da entrega | notificação de status de entrega |
    notificação de falha | aviso de falha | non recapitabile | mancato recapito | mancata consegna |
    impossibile recapitare | non consegnat | non recapitat | errore di consegna | notifica di mancat |
    consegna fallita | onbestelbaar | niet bezorgd | niet afgeleverd | kan niet worden bezorgd |
    kon niet worden bezorgd | niet worden afgeleverd | bezorging mislukt | aflevering mislukt | niedostarcz |
    nie można dostarczyć | nie dostarczono | nie została dostarczona | zwrot do nadawcy | błąd dostarcz |
    kan inte levereras | kunde inte levereras | olevererbar | olevererat | inte levererat |
    går inte att leverera | leverans misslyckades | kan ikke leveres | kunne ikke leveres | ikke levert |
    ikke leveret | uleverelig | levering mislykkedes | levering mislyktes | kunne ikke levere |
    ei voi toimittaa | ei voitu toimittaa | toimitus epäonnistui | toimittamatta | ei voida toimittaa |
    nedoručiteln | nedoručen | nelze doručit | nebylo možné doručit | nedoručené | nedoruč | kézbesíthetetlen |
    nem kézbesíthető | sikertelen kézbesítés | nem sikerült kézbesíteni | nelivrabil | nu a putut fi livrat |
    nu poate fi livrat | mesaj nelivrat | livrare eșuată | teslim edilem | iletilemedi | iletilemeyen |
    teslimat başarısız | не доставлен | недоставлен | не может быть доставлен | не удалось доставить |
    невозможно доставить | ошибка доставки | недоставка | письмо не доставлено | возвращенное письмо |
    доставка невозможна | не вдалося доставити | неможливо доставити | помилка доставки | не доставлено |
    μη παραδοτέο | δεν παραδόθηκε | αποτυχία παράδοσης | αδύνατη η παράδοση | δεν είναι δυνατή η παράδοση |
    配信不能 | 配信できません | 配信できなかった | 配信不可 | 配信エラー | 配信失敗 | 送信できません |
    送信エラー | 送信失敗 | 配送できません | 配送不能 | 不達 | 届きませんでした | 配信に失敗 | 送信に失敗 |
    エラーメール | 宛先不明 | メールを配信 | 配小できません | 退信 | 无法投递 | 无法送达 | 未送达 | 无法传递 |
    投递失败 | 发送失败 | 未能送达 | 傳遞失敗 | 無法傳遞 | 無法傳送 | 無法投遞 | 退回信件 | 未傳遞 | 寄送失敗 |
    退件 | 邮件被退回 | 배달되지 | 배달할 수 없 | 전송 실패 | 전송에 실패 | 전달되지 | 전달할 수 없 |
    발송 실패 | 반송 | 배달 실패 | לא ניתן למסירה | לא נמסר | אינו ניתן למסירה | מסירה נכשלה |
    غير قابل للتسليم | تعذر تسليم | لم يتم تسليم | فشل تسليم | فشل في التسليم | تعذر التسليم
""")
FAILURE_SUBJECT = re2.compile("|".join(re2.escape(piece) for piece in SUBJECTS))
"""Finds a piece of a subject that a mailer writes over a failure or a delay; every mail's subject is asked."""

BODIES = _pieces("""
    could not be delivered | couldn't be delivered | couldn\u2019t be delivered | cannot be delivered |
    can't be delivered | was not delivered | not be delivered to | has not been delivered | wasn't delivered |
    wasn\u2019t delivered | not yet been delivered | unable to deliver | wasn't able to deliver |
    not able to deliver | could not deliver | couldn't deliver | failed to deliver |
    delivery to the following recipient | delevery to the following recipient | delivery has failed |
    delivery failed | delivery of your message | did not reach the following | did not reach some or all |
    undeliverable to | undeliverable address | undeliverable mail | had permanent fatal errors |
    had transient non-fatal errors | had permanent delivery errors | had delivery problems |
    had delivery errors | had fatal errors | delivery errors | did not receive this message |
    could not be reached | had errors | failed addresses | failed recipient | failed with error |
    failure reasons | delivery problems | trouble delivering | returned permanent errors | permanent error |
    permanent failure | permanent fatal | error delivering your mail | error occurred while trying to deliver |
    error has occurred while attempting to deliver | error occurred while sending |
    invalid final delivery userid | message will be retried | delivery attempts will continue |
    will continue to attempt delivery | did not receive a copy of your message | intended recipient |
    mail-system returned | automatically rejected | was rejected by | has been rejected | was rejected for |
    your message could not | your message was not | your message cannot be | message you sent was |
    your message did not | your mail could not | message could not be | the recipient name is not recognized |
    the group you tried to contact | user unknown | unknown user | no such user | not a valid user |
    invalid user address | mailbox is full | mailbox full | mailbox exceeds | was not accepted |
    were not accepted | following addresses failed | following address(es) failed | following address failed |
    returned to you | returned to sender | delivery report | exceeded the hop count | maximum hop count |
    requested action not taken | you are not member | over quota | undelivered | bounced | undeliverable |
    nicht zugestellt | nicht ausgeliefert | konnte nicht übermittelt | nicht zustellbar |
    fehler bei der zustellung | zustellung an folgende | folgende empfänger | n'a pas pu être |
    n\u2019a pas pu être | non remis | échec de la remise | n'a pu être | impossible de remettre |
    no se pudo entregar | no se ha podido entregar | no pudo ser entregado | no puede ser entregado |
    no se entregó | error al entregar | no ha podido ser entregado | no se puede entregar |
    não foi possível entregar | não pôde ser entregue | não pode ser entregue | não foi entregue |
    falha na entrega | falhou a entrega | não chegou ao | non è stato possibile recapitare |
    impossibile recapitare | non è stato recapitato | mancata consegna | non può essere recapitato |
    non è stato consegnato | kan niet worden bezorgd | niet bezorgd | niet afgeleverd | kon niet worden |
    nie można dostarczyć | nie mogła zostać dostarczona | nie została dostarczona | nie udało się dostarczyć |
    kunde inte levereras | kan inte levereras | inte leverera | kunne ikke leveres | kunne ikke leveret |
    ikke leveres | ikke levere | ei voitu toimittaa | ei voida toimittaa | toimitus epäonnistui |
    nelze doručit | nebylo možné doručit | nepodařilo se doručit | nem kézbesíthető | nem sikerült kézbesíteni |
    nu a putut fi livrat | teslim edilemedi | iletilemedi | не может быть доставлено | не было доставлено |
    не удалось доставить | не доставлено | невозможно доставить | не вдалося доставити |
    не може бути доставлен | δεν ήταν δυνατή η παράδοση | δεν παραδόθηκε | 送信できませんでした |
    配信できませんでした | 配信できません | 配送できませんでした | 届きませんでした | 配信に失敗 | 送信に失敗 |
    配信不能 | お届けできません | 送信することができません | 宛先不明 | 无法投递 | 无法送达 | 未能送达 |
    无法传递 | 被退回 | 投递失败 | 发送失败 | 無法傳遞 | 無法送達 | 無法投遞 | 退信 | 배달하지 못 |
    배달할 수 없 | 전달하지 못 | 전송하지 못 | 전송에 실패 | 발송에 실패 | 반송되었 | לא ניתן למסור | לא נמסרה |
    تعذر تسليم | لم يتم تسليم | فشل تسليم
""")
"""Pieces of a notice; one of them beside another mark makes a mail a bounce."""

DELAYED = _pieces("""
    delivery status notification (delay) | delivery status notification(delay) | delayed mail |
    message delayed | mail delayed | delivery delayed | delivery delay | has been delayed | is delayed |
    delayed 24 hours | warning: could not send message | warning - delayed mail | not yet been delivered |
    not yet delivered | will be retried | still being retried | message will be retried |
    delivery attempts will continue | will continue to attempt delivery | will keep trying |
    no action is required on your part | this is just a warning | this is a warning message only |
    this is a warning only | has been postponed | advisory-only | transient non-fatal errors |
    still trying to deliver | temporary failure | queued for retry | delivery incomplete |
    there was a temporary problem | verzögert | noch nicht zugestellt | verspätet | retardé |
    pas encore été remis | retrasad | demora en la entrega | todavía no se ha entregado | entrega incompleta |
    atrasad | ainda não foi entregue | entrega em atraso | ritardata | ritardo | non è ancora stato |
    vertraagd | nog niet bezorgd | opóźnion | jeszcze nie | fördröj | försenad | forsinket | viivästy |
    zpožděn | késleltet | întârzi | gecik | задерж | отложен | відкладен | затрим | καθυστέρ | 遅延 | 延迟 |
    延遲 | 지연 | עיכוב | مؤجل | تأخر
""")
"""Pieces that say the mail is still waiting."""

FINAL = _pieces("""
    failed permanently | permanent error | permanent failure | permanent fatal | i've given up | giving up |
    too long in queue | in the queue too long | delivery status notification (failure) |
    undelivered mail returned | has failed | will not be retried | no further delivery attempts |
    dauerhaft fehlgeschlagen | cannot send message for | could not be delivered for | returned to you |
    delivery failed permanently
""")
"""Pieces that say nothing waits any more; they outweigh the words of delay."""

RECIPIENT_LABELS = _pieces("""
    to: | to | recipient: | recipients: | recipient | recipient(s): | rcpt to: | address: | addresses: |
    address | userid: | user: | attempts: | size: | full: | for | user | recipient name: | host: | unknown: |
    undeliverable: | email: | e-mail: | mailbox | [smtp: | smtp: | unknown user | addressed to ' | errors: |
    an | an: | destinataire: | destinataire : | à | à : | destinatario: | destinatário: | para | para: | a |
    a: | al | empfänger: | adresse: | получатель: | odbiorca: | aan | aan: | til | till | 宛先: | 宛先： |
    収件人: | 收件人: | 收件人： | 받는 사람:
""")
"""How the words before an address end when it is the one that failed."""

SENDER_LABELS = _pieces("""
    from: | from | sender: | mail from: | return-path: | reply-to: | original sender: | sender | envelope-from |
    contact | send mail to | send e-mail to | send email to | mailto: | write to | e-mail to | postmaster at |
    x-envelope-from: | by | von: | de: | da: | от: | 差出人: | 发件人: | help@ | f=[ | orig-sender: |
    submitted by | your account | hello | sorry | dear
""")
"""How the words before an address end when it is somebody else's."""

DAEMONS = frozenset({
    "mailer-daemon", "mailerdaemon", "mail-daemon", "maildaemon", "mail.delivery.system", "mdaemon", "post_master",
    "poostmaster", "mailer_daemon", "mail-delivery-system", "mailsystem", "mail_system", "mta", "bounce-notification",
    "delivery-notification", "mailserver", "mail-server", "emailerrors", "mail.daemon", "mail-router", "mailrouter",
    "smtpd",
})  # fmt: skip
"""Local parts of machines that deliver mail."""

DAEMON_NAMES = _pieces("""
    mail delivery sub | mail delivery sys | mail deliver sys | mail delivery service | mailer-daemon |
    mailer daemon | mail delivery agent | delivery subsystem | internet mail delivery | mail delivery daemon |
    pmdf e-mail | e-mail interconnect | mail_service | mail transport system | interscan | mdaemon@
""")
"""Pieces of the From field of such machines."""

ROLE_NAMES = _pieces("""
    postmaster | system administrator | systemadministrator | mail administrator | administrador do sistema |
    administrador del sistema | administrateur système | amministratore di sistema | systeembeheerder |
    järjestelmänvalvoja | systemadministratör | systemansvarlig | administrator systemu | správce systému |
    rendszergazda | sistem yöneticisi | microsoft outlook | microsoft exchange | the post office | mail system |
    barracuda spam firewall | mail router | mailserver | mail gateway | mimecast | mailsystem |
    системный администратор | システム管理者 | 系统管理员 | 系統管理員 | 시스템 관리자
""")
"""Names that machines and people share."""
