"""What mail servers say when they refuse or give up, in the languages they say it in.

A table only: sentence pieces by the subject and detail of RFC 3463 that they mean. Never decides anything.
"""

from __future__ import annotations

# Lower case, pieces separated by "|". The first group that has a piece in the text wins, so the special stands
# before the general.
_TABLE: tuple[tuple[str, str], ...] = (
    ("7.1", "not accepting mail with attachments | does not accept attachments | attachment type not allowed"),
    (
        "2.2",
        """
        mailbox full | mailbox is full | mailfolder is full | mailbox quota | over quota | overquota |
        over the quota | over its quota | overdrawn his diskspace quota | quota exceeded | quota exceed |
        exceeded quota | exceeds quota | exceed the quota | quota violation | disk quota | storage quota |
        over the maximum allowed quota | exceeds allowed size | exceeded the local limit |
        exceeded storage allocation | exceeded allocated storage | exceeded its storage |
        exhausted allowed storage | not enough storage space in | insufficient storage in |
        has exceeded his/her disk | has too much mail | too much mail data | too many messages in |
        inbox is full | account is full | user is full | user disk quota | mail box is full | mail quota |
        mailbox for user is full | mailbox size limit exceeded | maildir over | is out of storage |
        recipient storage full | recipient's mailbox is full | ran out of storage | no space left in mailbox |
        full mailbox | postfach voll | postfach ist voll | postfach des empfängers ist voll | speicherplatz |
        boîte aux lettres est pleine | boite aux lettres pleine | boîte pleine | quota dépassé | buzón lleno |
        buzón de correo está lleno | buzón está lleno | caixa de correio cheia | caixa postal cheia |
        caixa de entrada cheia | caixa de correio está cheia | casella piena | casella di posta è piena |
        casella postale piena | postvak is vol | mailbox is vol | skrzynka jest pełna | przepełniona |
        переполнен | inkorgen är full | postkassen er fuld | postboksen er full | 収容数 |
        メールボックスがいっぱい | メールボックスの容量 | 容量オーバー | 邮箱已满 | 邮箱空间不足 | 信箱已滿 |
        용량 초과 | 용량이 초과 | 사서함이 꽉
        """,
    ),
    (
        "2.3",
        """
        message size exceeds | message length exceeds administrative | mail size limit exceeded |
        message too large | message is too large | message too big | message larger than | message size exceed |
        exceeds maximum message size | exceeded maximum message size | exceeds the maximum message size |
        maximum message size | size limit exceeded | exceeds size limit | exceeds the size limit |
        message file too big | max message size exceeded | larger than the current system limit |
        message content size exceeds | die nachricht ist zu groß | message trop volumineux |
        mensaje demasiado grande | mensagem muito grande | demasiado grande | слишком большой
        """,
    ),
    (
        "4.6",
        """
        hop count exceeded | too many hops | maximum hop count | mail loop | loops back to myself |
        loop detected | routing loop | mail forwarding loop | too many received | looping
        """,
    ),
    (
        "1.10",
        """
        does not accept mail (nullmx | nullmx | null mx | domain does not accept mail |
        service does not accept mail | no-mx
        """,
    ),
    (
        "1.8",
        """
        domain of sender address | sender address rejected | bad sender's system address | sender domain must |
        sender domain not found | sender verify failed | sender address does not exist | sender rejected |
        unable to verify sender | invalid sender | from address not verified | sender's domain |
        invalid domain in from
        """,
    ),
    (
        "3.2",
        """
        did not accept our requests to connect | could not initiate smtp conversation |
        connection was dropped by remote host | system not accepting network messages |
        not accepting mail at this time | service currently unavailable | service not available |
        service unavailable | service is unavailable | server is busy | server busy | too busy | try again later
        """,
    ),
    (
        "2.1",
        """
        account has been disabled | account is disabled | account disabled |
        account that you tried to reach is disabled | account is inactive | account inactive | inactive user |
        inactive mailbox | mailbox is inactive | mailbox disabled | mailbox is disabled |
        mailbox unavailable or access denied | mailbox is frozen | mailbox temporarily disabled |
        account is not active | not an active | is not active | account expired | account is locked |
        account locked | account suspended | account has been suspended | account is suspended |
        user is suspended | user suspended | mailbox currently unavailable | disabled or discontinued |
        has been deactivated | deactivated mailbox | deactivated | no longer active | not accepting messages |
        not accepting mail | discontinued | konto gesperrt | konto ist gesperrt | cuenta desactivada |
        conta desativada | compte désactivé
        """,
    ),
    (
        "1.6",
        """
        mailbox has moved | has moved, no forwarding | user has moved | no forwarding address |
        address has changed | no longer here | no longer works | has left
        """,
    ),
    (
        "1.1",
        """
        user unknown | unknown user | group you tried to contact | unknown recipient | recipient unknown |
        unknown address | address unknown | addressee unknown | mailbox unknown | unknown mailbox |
        unknown local | unknown or illegal | no such user | no such recipient | no such mailbox |
        no such account | no such local user | no such address | no such person | no such email |
        no mailbox here | no mailbox by that name | no mailbox found | no account by that name |
        no user by that name | no user exists | there is no user | user not found | receiver not found |
        wasn't found at | wasn\u2019t found at | addresses were unknown | no valid recipients | nicht gefunden |
        no se encontró | não foi encontrad | non trovato | non è stato trovato | niet gevonden |
        nie znaleziono | hittades inte | blev ikke fundet | ble ikke funnet | ei löytynyt | nebyl nalezen |
        не найден | не знайдено | user not exist | user doesn't exist | user does not exist |
        users does not exist | user was not found | user not known | user not local | not a valid user |
        not a valid recipient | not a valid mailbox | not a known user | not our customer | not listed in |
        not e-mail users | invalid user | invalid recipient | invalid mailbox | invalid address |
        invalid final delivery userid | invalid local | bad destination mailbox | bad address | bad recipient |
        recipient not found | recipientnotfound | recipnotfound | recipient name is not recognized |
        recipient address rejected | recipient rejected | recipient does not exist | recipient not exist |
        recipient no longer | unrecognized recipient | unknown email address | undeliverable address |
        address rejected | address not found | address does not exist | address doesn't exist |
        address couldn't be found | address you entered couldn't be found | address wasn't found |
        address wasn’t found | address couldn’t be found | address is no longer valid |
        e-mail account does not exist | email account does not exist |
        email account that you tried to reach does not exist | account does not exist | account not found |
        account doesn't exist | account not available | accounts not found | mailbox does not exist |
        mailbox doesn't exist | mailbox not found | mailbox unavailable | mailbox not available |
        mailbox non-existent | doesn't have a | does not have an account | does not like recipient |
        not like recipient | delivery failed, invalid | cannot be found in | can't be found in |
        isn't in my list of allowed | does not match any | is not known | not recognized | resolver.adr |
        unrouteable address | malformed address | 000c05a6 | cuserid | kein solcher benutzer |
        benutzer unbekannt | unbekannter benutzer | empfänger unbekannt | unbekannter empfänger |
        empfängeradresse existiert nicht | adresse existiert nicht | wurde nicht gefunden |
        utilisateur inconnu | destinataire inconnu | adresse d au moins un destinataire invalide |
        adresse inconnue | n'existe pas | n’existe pas | introuvable | usuario desconocido | no existe |
        destinatario desconocido | no se encontró la dirección | usuário desconhecido |
        utilizador desconhecido | não existe | inexistente | endereço não encontrado | usuário não encontrado |
        utente sconosciuto | utente inesistente | destinatario sconosciuto | indirizzo inesistente |
        non esiste | onbekende gebruiker | bestaat niet | nie istnieje | nieznany użytkownik | nie ma takiego |
        пользователь не найден | не существует | нет такого | такого пользователя нет | не існує |
        користувача не знайдено | finns inte | eksisterer ikke | findes ikke | finnes ikke | ei ole olemassa |
        neexistuje | nem létezik | nu există | bulunamadı | δεν υπάρχει | 宛先不明 | アドレスが見つかりません |
        存在しません | リストにありません | 見つかりませんでした | 用户不存在 | 收件人不存在 | 地址不存在 |
        不存在 | 找不到 | 존재하지 않 | 없는 사용자 | לא נמצא | غير موجود
        """,
    ),
    (
        "1.2",
        """
        host unknown | unknown host | host not found | name server: . | name service error |
        name or service not known | couldn't find any host | domain not found | domain name not found |
        domain does not exist | domain doesn't exist | domain is not reachable | no such domain |
        non-existent domain | nxdomain | unknown domain | unrouteable mail domain | unrouteable domain |
        unroutable | invalid domain | bad destination system | bad destination host | no mx record |
        no mail exchanger | all relevant mx records point to non-existent | domain has no mail exchangers |
        doesn't receive email | host or domain name not found | hôte inconnu | domaine inconnu |
        dominio no encontrado | domínio não encontrado | domäne nicht gefunden | домен не найден
        """,
    ),
    (
        "1.3",
        """
        bad destination mailbox address syntax | malformed | syntax error | illegal | incorrectly constructed
        """,
    ),
    (
        "4.4",
        """
        couldn't find a mail exchanger | unable to route | could not find a gateway | no route to host |
        no route to | cannot route | invalid relay
        """,
    ),
    (
        "4.7",
        """
        delivery time expired | message expired | delivery expired | envelope expired | expired |
        retry timeout exceeded | retry time not reached | retry time exceeded | queue too long |
        too long in queue | too old | giving up | undeliverable for | could not be delivered for more than |
        cannot send message for | could not send message for | maximum retry | multiple retries |
        failed 20 attempts | attempts failed
        """,
    ),
    (
        "4.1",
        """
        connection refused | connection timed out | connection timeout | operation timed out | timed out |
        no answer from host | wasn't able to establish an smtp connection | unable to connect |
        could not connect | failed to connect | couldn't connect | did not respond | not responding |
        host unreachable | network is unreachable | network unreachable | host is down | connect to
        """,
    ),
    (
        "4.2",
        """
        lost connection | connection lost | connection dropped | connection was dropped | connection died |
        connection reset | connection closed | broken pipe | bad connection | conversation with | disconnected
        """,
    ),
    (
        "5.3",
        """
        too many recipients | recipient limit
        """,
    ),
    (
        "7.26",
        """
        dmarc | unauthenticated email from | unauthenticated mail | sender id (pra) not permitted
        """,
    ),
    (
        "7.23",
        """
        spf | not allowed to send from | not permitted sender
        """,
    ),
    (
        "7.20",
        """
        dkim
        """,
    ),
    (
        "7.25",
        """
        reverse dns | ptr record | no ptr | rdns | cannot find your hostname | cannot find your reverse |
        client host rejected
        """,
    ),
    (
        "7.1",
        """
        spam | virus | malware | blocked | blacklist | blocklist | block list | black list | denylist | dnsbl |
        spamhaus | rbl | barracuda | relay | policy | access denied | access from | not permitted |
        not allowed | not authorized | not authorised | permission | administrative prohibition |
        administratively | prohibited | refused | denied | unsolicited | reputation | authentication |
        content rejected | content filter | message rejected | mail rejected | mail refused | rejected by |
        was rejected | automatically rejected | banned | forbidden | prohibit | nicht berechtigt | abgelehnt |
        abgewiesen | rejeté | refusé | rechazado | rejeitad | rifiutat | отклонен | отвергнут | 拒否 | 拒绝 |
        거부
        """,
    ),
    (
        "3.4",
        """
        message too big for system
        """,
    ),
    (
        "3.1",
        """
        system full | no space left on device | insufficient disk space | insufficient system | out of memory
        """,
    ),
    (
        "3.0",
        """
        internal error | local error | processing error | temporary failure | system error | local problem
        """,
    ),
)

SENTENCES: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (detail, tuple(" ".join(piece.split()) for piece in pieces.split("|") if piece.strip()))
    for detail, pieces in _TABLE
)
"""(subject.detail, pieces) in the order in which they are asked."""
