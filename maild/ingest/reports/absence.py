"""Absence notes and other automatic answers as mail clients and servers word them, in many languages.

Judges a subject by its beginning and a body by its first lines only, because people write about absences too. Never
decides the kind of a mail: one of these alone is no proof.
"""

from __future__ import annotations


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(" ".join(piece.split()) for piece in text.split("|") if piece.strip())


# What Outlook, Exchange, Gmail, Lotus, webmailers and vacation programs put before the subject they answer.
_SUBJECTS = _pieces("""
    automatic reply | automatic response | automated reply | automated response | auto reply | auto-reply |
    autoreply | auto response | auto-response | autoresponse | autoresponder | auto | out of office |
    out of the office | out-of-office | ooo | away from the office | away from my mail | away from office |
    i am away | on vacation | vacation | vacation reply | vacation notice | vacation response | on holiday |
    on leave | absence notice | absence note | is out of the office | maternity leave | annual leave |
    away notification | automatische antwort | automatische abwesenheit | abwesenheitsnotiz |
    abwesenheitsmeldung | abwesenheitsnachricht | abwesenheitsassistent | abwesenheit | abwesend |
    autom. antwort | automatische rückmeldung | urlaubsnotiz | außer haus | nicht im büro | nicht im haus |
    ich bin im urlaub | réponse automatique | reponse automatique | message d'absence | message d\u2019absence |
    absence du bureau | absent du bureau | absence | en congé | notification d'absence | en vacances |
    respuesta automática | respuesta automatica | fuera de la oficina | fuera de oficina |
    ausente de la oficina | ausencia de la oficina | mensaje de ausencia | de vacaciones |
    notificación de ausencia | auto respuesta | resposta automática | resposta automatica |
    ausência do escritório | ausente do escritório | fora do escritório | ausência temporária |
    ausente temporariamente | mensagem de ausência | aviso de ausência | em férias | de férias |
    notificação de ausência | ausente | risposta automatica | fuori sede | fuori ufficio |
    assenza dall'ufficio | assente | messaggio di assenza | in ferie | sono in ferie | automatisch antwoord |
    afwezigheidsbericht | afwezig | niet aanwezig | niet op kantoor | automatisch bericht |
    afwezigheidsassistent | buiten kantoor | automatiskt svar | frånvaromeddelande | frånvaro |
    inte på kontoret | ej på kontoret | autosvar | automatisk svar | automatisk besked | fraværsmelding |
    fraværsmeddelelse | fravær | ikke til stede | ikke på kontoret | ikke på kontor | fraværende |
    automaattinen vastaus | poissaoloviesti | poissa toimistosta | poissaolo | lomalla | autom. vastaus |
    poissa | odpowiedź automatyczna | automatyczna odpowiedź | autoodpowiedź | nieobecność | poza biurem |
    jestem na urlopie | nieobecny | automatická odpověď | automatická odpoveď | mimo kancelář | nepřítomnost |
    jsem mimo kancelář | dovolená | automatikus válasz | házon kívül | irodán kívül | szabadságon | távollét |
    răspuns automat | raspuns automat | absent din birou | în concediu | plecat din birou | otomatik yanıt |
    otomatik cevap | ofis dışında | izinde | автоответ | автоматический ответ | автоматична відповідь |
    автовідповідь | вне офиса | нет на рабочем месте | в отпуске | отсутствие на рабочем месте | отсутствую |
    відсутній | у відпустці | поза офісом | αυτόματη απάντηση | εκτός γραφείου | απουσία | автоматичен отговор |
    извън офиса | automatski odgovor | automatický odgovor | samodejni odgovor | automātiska atbilde |
    automatinis atsakymas | automaatvastus | 自動応答 | 自動返信 | 不在通知 | 不在のお知らせ | 不在返信 |
    外出中 | 休暇中 | 【自動返信】 | 【自動応答】 | 自动答复 | 自动回复 | 自動回覆 | 自動答覆 | 外出通知 |
    不在办公室 | 休假中 | 不在辦公室 | 자동 회신 | 자동 응답 | 자동회신 | 자동응답 | 부재중 | 부재 중 |
    תשובה אוטומטית | מענה אוטומטי | מחוץ למשרד | رد تلقائي | الرد التلقائي | خارج المكتب | پاسخ خودکار |
    balasan otomatis | trả lời tự động | การตอบกลับอัตโนมัติ | स्वचालित उत्तर
""")

_BODIES = _pieces("""
    out of the office | out of office | away from the office | away from my desk | on vacation |
    on annual leave | on leave | on holiday | on maternity leave | on parental leave | currently away |
    limited access to my email | limited access to email | no access to my email | not be reading my mail |
    not in the office | i am away | i'm away | i will be away | will be back on | i will return on |
    i am currently out | this is an automatic | this is an automated | this is an auto |
    automatically generated | do not reply to this | will be forwarded | no longer works | no longer with |
    no longer employed | left the company | we have received your | thank you for contacting | nicht im büro |
    nicht im hause | außer haus | im urlaub | nicht erreichbar | abwesend | in elternzeit |
    automatische antwort | automatisch erzeugt | automatisch generiert | wieder im büro |
    keinen zugriff auf meine | absent du bureau | absente du bureau | actuellement absent | je suis absent |
    en congé | en vacances | de retour le | message automatique | réponse automatique | hors du bureau |
    fuera de la oficina | de vacaciones | ausente | de baja | respuesta automática | mensaje automático |
    no me encuentro | sin acceso al correo | estaré fuera | fora do escritório | de férias | em férias |
    ausência | resposta automática | mensagem automática | licença | sem acesso ao e-mail | estarei fora |
    regresso no dia | fuori ufficio | fuori sede | in ferie | assente | risposta automatica |
    messaggio automatico | niet op kantoor | afwezig | met vakantie | op vakantie | automatisch antwoord |
    inte på kontoret | på semester | semester | frånvarande | tjänstledig | ikke på kontoret | på ferie |
    fraværende | ferie | på barsel | poissa | lomalla | vuosilomalla | poza biurem | na urlopie | nieobecny |
    nieobecna | mimo kancelář | na dovolené | dovolenou | nepřítomen | szabadságon | távol vagyok |
    în concediu | nu sunt la birou | izinde | ofis dışında | yıllık izin | в отпуске | отсутствую | вне офиса |
    на больничном | автоматическ | у відпустці | відсутн | поза офісом | автоматичн | εκτός γραφείου |
    σε άδεια | απουσι | 不在 | 休暇 | 外出 | 自動返信 | 自動応答 | 休假 | 不在办公室 | 自动回复 | 自動回覆 |
    부재중 | 휴가 | 자동 회신 | 자동 응답 | מחוץ למשרד | בחופשה | אוטומטי | خارج المكتب | إجازة | تلقائي
""")

_ANSWER_PREFIXES = ("re:", "aw:", "sv:", "vs:", "antw:", "odp:", "res:", "rif:", "回复:", "回覆:", "ynt:")
_ENDING = " !.)]-\u2013\u2014】*'\""
_BREAKS = (":", "\uff1a", "]", ")", "】", "|", "-", "\u2013", "\u2014", "(", "[", "<")
_FOLLOWING = (" re:", " autoreply", " auto-reply", " auto reply", " aw:", " antwort", " reply", " message", " notif")
# Further down stand signatures and the quoted mail, which may say anything.
_BODY_START = 600


def absence_subject(subject: str) -> bool:
    """Whether the subject has the shape a program gives it: such words, then a colon, a bracket or the end."""
    rest = _after(_head(subject))
    return rest is not None and (not rest.strip(_ENDING) or rest.lstrip()[:1] in _BREAKS or rest.startswith(_FOLLOWING))


def absence_words(subject: str) -> bool:
    """Whether the subject begins with such words, also behind one Re:, however it goes on: people write so too."""
    head = _head(subject)
    prefix = next((p for p in _ANSWER_PREFIXES if head.startswith(p)), "")
    return _after(head[len(prefix) :].lstrip()) is not None


def absence_body(text: str) -> bool:
    """Whether the first lines speak as an automatic answer does."""
    start = " ".join(text[:_BODY_START].lower().split())
    return any(piece in start for piece in _BODIES)


def _head(subject: str) -> str:
    return " ".join(subject[:200].lower().split()).lstrip("[(\"'*<-【 ")


def _after(head: str) -> str | None:
    """What follows the longest beginning that is in the table; None when the subject begins otherwise."""
    if not head.startswith(_SUBJECTS):
        return None
    found = max((piece for piece in _SUBJECTS if head.startswith(piece)), key=len)
    rest = head[len(found) :]
    # "oooh", "absenteeism": the words must end where the piece ends, except in scripts without spaces
    return None if rest[:1].isalpha() and found[-1] < "\u0500" else rest
