"""What programs and companies add below a mail, by language: device lines, legal notices, list and virus footers.

Only words, casefolded; `signatures` tells how they are recognised. Never decides anything.
"""

from __future__ import annotations

from typing import Final

DEVICE_STARTS: Final = (
    # "Sent from my iPhone" and its like; the rest of the line names the device or program.
    *("sent from ", "sent via ", "sent with ", "sent using ", "sent by ", "sent on the go"),
    *("get outlook for ", "get bluemail for ", "get it on ", "download outlook", "outlook for "),
    *("composed on ", "typed on ", "from my iphone", "from my ipad", "from my mobile", "from my android"),
    *("from my phone", "from my blackberry", "written from my ", "written on my ", "posted from "),
    *("this message was sent from ", "this mail was sent from my ", "this email was sent from my "),
    *("please excuse brevity", "please excuse my brevity", "please excuse any typos", "envoyé de mon"),
    *("envoyé depuis ", "envoyé à partir d", "envoyé par ", "envoyé avec ", "envoyé via ", "envoye de mon"),
    *("envoye depuis ", "obtenez outlook pour", "télécharger outlook pour", "obtenir outlook pour"),
    *("provenance : courrier pour", "provenance : ", "von meinem ", "von meiner ", "von mein"),
    *("gesendet von ", "gesendet mit ", "gesendet über ", "gesendet vom ", "gesendet aus ", "versendet mit "),
    *("versandt mit ", "gesendet mit der ", "diese nachricht wurde von mein", "diese e-mail wurde von mein"),
    *("outlook für ", "holen sie sich outlook", "laden sie outlook", "von unterwegs gesendet"),
    *("mobil gesendet", "von samsung", "enviado desde ", "enviado do ", "enviado de ", "enviado a partir "),
    *("enviado via ", "enviado por ", "enviado con ", "enviado com ", "enviada do ", "enviada desde "),
    *("enviado pelo ", "enviado através ", "obtener outlook para", "obtén outlook para", "obter o outlook"),
    *("obtenha o outlook", "baixar o outlook", "descarga outlook", "inviato da", "inviato con "),
    *("inviato tramite ", "inviato dal ", "scarica outlook", "ottieni outlook", "verzonden vanaf "),
    *("verzonden met ", "verzonden via ", "verstuurd vanaf ", "verstuurd met ", "verstuurd via "),
    *("verzonden vanuit ", "outlook voor ", "download outlook voor", "wysłane z ", "wysłano z "),
    *("wysłane za pomocą", "wysłane ze ", "wysłano ze ", "pobierz outlook", "pobierz program outlook"),
    *("pobierz aplikację", "отправлено с ", "отправлено из ", "отправлено от ", "отправлено со "),
    *("послано с ", "получить outlook", "скачать outlook", "надіслано з ", "надіслано із ", "надіслано зі "),
    *("відправлено з ", "отримати outlook", "skickat från ", "skickat med ", "skickat via "),
    *("skickades från ", "hämta outlook", "skaffa outlook", "sendt fra ", "sendt med ", "sendt via "),
    *("sendt frå ", "hent outlook", "få outlook", "skaff deg outlook", "last ned outlook", "lähetetty "),
    *("hanki outlook", "lataa outlook", "odesláno z", "odesláno pomocí", "odoslané z", "získejte outlook"),
    *("získat outlook", "gönderildi", "outlook'u edinin", "outlook uygulamasını", "στάλθηκε από"),
    *("εστάλη από", "απεστάλη από", "αποκτήστε το outlook", "λήψη του outlook", "küldve a", "elküldve a"),
    *("küldte", "trimis de pe", "trimis din", "trimis cu", "изпратено от", "poslano s", "poslano z"),
    *("послато са", "saadetud minu", "nosūtīts no", "išsiųsta iš", "enviat des d", "dikirim dari"),
    *("đã gửi từ", "được gửi từ", "gửi từ ", "ส่งจาก", "발신: ", "나의 ", "내 iphone", "내 ipad", "내 갤럭시"),
    *("从我的", "发自我的", "发自", "發自我的", "從我的", "自我的", "傳送自我的", "寄自我的", "來自我的"),
    *("来自我的", "获取 outlook", "获取适用于", "取得適用於", "下載 outlook", "נשלח מ", "נשלח מה"),
    *("קבל את outlook", "קבלו את outlook", "أرسلت من", "أُرسلت من", "أرسل من", "تم الإرسال من"),
    *("تم إرسالها من", "مرسل من", "الحصول على outlook", "احصل على outlook", "secured with ", "sent securely"),
    *("nachricht gesendet mit", "diese nachricht wurde mit", "télécharger ", "inviato dall", "sendt via"),
    *("sent in ",),
)

DEVICE_ENDS: Final = (
    # Languages that put the verb last.
    *("から送信", "から送信されました", "より送信", "を入手", "発送", "发送", "傳送", "寄出", "에서 보냄"),
    *("에서 전송됨", "에서 보낸 메일", "에서 발송", "gönderildi", "gönderildi.", "gesendet", "gesendet."),
    *("versendet", "verzonden", "verzonden.", "küldve", "beziehen", "verstuurd", "edinin", "downloaden"),
    *("lähetetty", "다운로드", "받기"),
)

DEVICES: Final = (
    # Names that make a line of two to six words a device line even in a language we do not know.
    *("iphon", "ipad", "ipod", "android", "blackberry", "samsung", "galaxy", "huawei", "xiaomi", "outlook"),
    *("windows", "mail orange", "application", "aplikac", "yahoo mail", "yahoo!", "airmail", "sparrow"),
    *("protonmail", "proton mail", "k-9 mail", "thunderbird", "aol mail", "gmx", "web.de", "mail.ru"),
    *("spark", "smartphone", "mobile", "handy", "telefon", "phone", "tablet", "mobilgerät", "nine"),
    *("bluemail", "boxer", "gmail", "icloud", "htc", "nokia", "motorola", "xperia", "pixel", "oneplus"),
    *("mailspring", "superhuman", "front", "missive", "hey.com", "mailbird", "em client", "typeapp"),
    *("newton", "cloudmagic", "fairemail", "яндекс", "yandex", "mail app", "mail 应用", "メール", "手机"),
    *("手機", "휴대폰", "móvil", "movil", "celular", "téléphone", "cellulare", "mobiel", "mobil", "komórk"),
    *("смартфон", "телефон", "κινητό", "נייד", "هاتف", "mac", "watch", "desktop", "foxmail", "網易", "网易"),
    *("qq邮箱", "qq郵箱", "naver", "daum", "zoho", "tutanota", "horde", "roundcube", "zimbra", "mutt"),
    *("evolution", "kmail", "posteo", "fastmail", "mailbox.org", "torch"),
)

LEGAL_STARTS: Final = (
    # First words of the notices that gateways and companies put below every mail.
    *("disclaimer", "- - disclaimer", "legal disclaimer", "email disclaimer", "e-mail disclaimer"),
    *("confidentiality notice", "confidentiality:", "confidentiality note", "confidential:"),
    *("confidentiality warning", "privileged and confidential", "privileged/confidential"),
    *("private and confidential", "legal notice", "notice: this e", "notice of confidentiality"),
    *("important notice:", "privacy notice:", "important: this e", "this e-mail and any"),
    *("this email and any", "this e-mail (including", "this email (including", "this e-mail message"),
    *("this email message", "this e-mail is confidential", "this email is confidential"),
    *("this e-mail is intended", "this email is intended", "this e-mail may contain"),
    *("this email may contain", "this e-mail contains", "this email contains", "this message and any"),
    *("this message (including", "this message is intended", "this message is confidential"),
    *("this message contains", "this message may contain", "this communication is"),
    *("this communication (including", "this communication may", "this transmission", "this electronic mail"),
    *("this electronic message", "this e-mail transmission", "this email transmission"),
    *("this footnote also confirms", "this email has been scanned", "this e-mail has been scanned"),
    *("this message has been scanned", "this email was scanned", "this e-mail was scanned"),
    *("this mail was scanned", "this email has been checked", "this e-mail has been checked"),
    *("the information in this e", "the information contained in this", "the information transmitted"),
    *("the contents of this e", "the content of this e", "the original of this email was scanned"),
    *("any views or opinions", "any views expressed", "if you have received this"),
    *("if you are not the intended", "if you received this e", "if you received this m"),
    *("internet communications are not", "e-mail communications are", "please consider the environment"),
    *("think before you print", "before printing", "save a tree", "registered office:"),
    *("registered in england", "virus-free.", "virenfrei.", "libre de virus.", "livre de vírus."),
    *("sans virus.", "virus-free,", "garanti sans virus", "no virus found in this", "checked by avg"),
    *("scanned by ", "outgoing mail is certified", "virenfrei von", "diese e-mail enthält"),
    *("diese e-mail ist vertraulich", "diese nachricht ist vertraulich", "diese email enthält"),
    *("diese e-mail und", "diese nachricht enthält", "diese e-mail wurde von avast"),
    *("diese e-mail wurde auf viren", "der inhalt dieser e", "die information in dieser"),
    *("die informationen in dieser", "vertraulichkeitshinweis", "dieses e-mail ist", "haftungsausschluss"),
    *("rechtlicher hinweis", "wichtiger hinweis:", "hinweis: diese e", "bitte denken sie an die umwelt"),
    *("bitte prüfen sie der umwelt", "datenschutzhinweis", "informationen zum datenschutz", "ce message et "),
    *("ce courriel ", "ce mail et ", "ce message est confidentiel", "cet e-mail et ", "cet email et "),
    *("cet e-mail a été vérifié", "cet e-mail a été envoyé depuis un ordinateur protégé"),
    *("ce courrier électronique", "avis de confidentialité", "avertissement :"),
    *("les informations contenues dans", "l'absence de virus", "pensez à l'environnement"),
    *("pensez à l’environnement", "le présent message", "ce message électronique", "este mensaje "),
    *("este correo electrónico", "este correo ", "este e-mail ", "este email ", "aviso legal"),
    *("aviso de confidencial", "aviso de privacidad", "la información contenida en"),
    *("la información incluida en", "confidencialidad", "confidencialidade", "antes de imprimir"),
    *("el contenido de este", "en cumplimiento de", "de conformidad con lo", "esta mensagem "),
    *("este correio ", "as informações contidas", "a informação contida", "esta comunicação"),
    *("o conteúdo desta", "le informazioni contenute", "questo messaggio ", "questa e-mail "),
    *("questa email ", "informativa privacy", "avviso di riservatezza", "ai sensi del"),
    *("il presente messaggio", "la presente e-mail", "rispetta l'ambiente", "dit bericht ", "deze e-mail "),
    *("dit e-mailbericht", "de informatie in ", "de inhoud van dit", "denk aan het milieu", "ta wiadomość"),
    *("niniejsza wiadomość", "treść tej wiadomości", "informacja zawarta w", "это сообщение "),
    *("данное сообщение", "настоящее сообщение", "информация, содержащаяся", "уведомление о конф"),
    *("проверено на вирусы", "це повідомлення ", "detta e-postmeddelande", "detta meddelande", "detta mail"),
    *("denne e-post", "denne e-mail", "denne mail ", "denne meddelelse", "denne meldingen", "tämä viesti"),
    *("tämä sähköposti", "tato zpráva", "tento e-mail", "tento email", "táto správa", "bu e-posta"),
    *("bu mesaj", "bu ileti", "yasal uyarı", "αυτό το μήνυμα", "το παρόν μήνυμα", "αυτό το email"),
    *("このメールは", "本メール", "本電子メール", "この電子メール", "本邮件", "此邮件", "本電郵"),
    *("此電子郵件", "本電子郵件", "이 메일은", "이 메시지는", "본 메일", "본 이메일", "הודעה זו"),
    *('דוא"ל זה', "هذه الرسالة", "تحتوي هذه الرسالة", "إخلاء المسؤولية", "ez az e-mail", "ez az üzenet"),
    *("acest mesaj", "acest email"),
)

LEGAL_STEMS: Final = (
    # Pieces of words of which a legal, virus or printing notice has at least two in its first lines.
    *("confiden", "privileg", "recipient", "addressee", "intended", "unauthori", "disclos", "distribut"),
    *("prohibit", "virus", "viren", "malware", "scanned", "delete", "in error", "liabil", "registered", "monitored"),
    *("archived", "strictly", "environment", "printing", "transmission", "sender", "vertraulich"),
    *("empfänger", "adressat", "unbefugt", "irrtüm", "löschen", "vernichten", "haft", "absender", "umwelt"),
    *("ausdruck", "geprüft", "destinat", "expéditeur", "erreur", "supprim", "détrui", "divulg", "prohib"),
    *("environnement", "imprim", "por error", "por engano", "remitente", "remetente", "elimin", "borr"),
    *("apag", "proibid", "ambiente", "responsab", "riservat", "esclusiv", "mittente", "per errore"),
    *("cancell", "divieto", "vertrouwelijk", "ontvanger", "geadresseerde", "afzender", "verwijder"),
    *("vernietig", "abusivement", "poufn", "adresat", "nadawc", "usun", "конфиденц", "получател", "адресат"),
    *("удал", "отправител", "конфіденц", "одержувач", "konfident", "konfidens", "fortrol", "mottagar"),
    *("mottaker", "modtager", "avsändar", "slett", "radera", "luottamuksell", "vastaanottaj", "důvěrn"),
    *("adresát", "dôvern", "gizli", "alıcı", "gönderen", "εμπιστευτικ", "παραλήπτ", "αποστολέα", "機密"),
    *("受信者", "削除", "宛先", "保密", "收件人", "机密", "机要", "删除", "刪除", "기밀", "수신인", "수신자"),
    *("삭제", "חסוי", "סודי", "נמען", "לנמען", "سري", "المستلم", "المرسل إليه", "bizalmas", "címzett"),
    *("confidenț", "legally", "datenschutz", "personal data", "datos personales", "rgpd", "gdpr", "avast"),
    *("avg", "mimecast", "messagelabs", "barracuda", "symantec", "norton", "kaspersky", "secrecy", "geheim"),
    *("copying", "copia", "kopier", "company number", "company no", "handelsregister", "siège social"),
    *("views",),
)

BANNER_STEMS: Final = (
    # Pieces of words of which a gateway's banner has at least two.
    *("extern", "outside", "organi", "sender", "recogni", "attachment", "link", "originat", "trust"),
    *("absender", "anhäng", "anhang", "ausserhalb", "expéditeur", "pièces", "liens", "remitente", "adjunto"),
    *("enlace", "fuera", "remetente", "anexo", "fora", "mittente", "allegat", "esterno", "afzender"),
    *("bijlage", "nadawc", "załącznik", "отправител", "вложени", "ссылк", "внешн", "avsändar", "avsender"),
    *("vedlegg", "bilag", "often", "nicht oft", "identification", "important", "souvent", "frecuencia"),
    *("frequência", "vaak", "caution", "unknown"),
)

LIST_MARKS: Final = (
    # Lines in the footers of mailing lists, group services and notification systems.
    *("mailing list", "mailinglist", "mailman/listinfo", "to unsubscribe", "unsubscribe from"),
    *("unsubscribe:", "you received this message because", "you are receiving this", "you're receiving this"),
    *("google groups", "to post to this group", "to view this discussion", "for more options, visit"),
    *("yahoo! groups links", "reply to this email directly", "view it on github", "view it on gitlab"),
    *("archives:", "list archive", "sympa/", "/listinfo/", "visit yahoo! groups", "@googlegroups.com"),
    *("to respond, reply to this email", "manage your subscription", "sie erhalten diese nachricht, weil"),
    *("vous recevez ce message", "recibió este mensaje porque", "você recebeu essa mensagem porque"),
    *("você recebeu esta mensagem porque", "ricevi questo messaggio", "posting guide"),
    *("u ontvangt dit bericht", "вы получили это сообщение", "para cancelar la suscripción"),
    *("pour se désabonner", "um sich abzumelden", "listenarchiv", "mailingliste", "lista de correo"),
    *("liste de diffusion",),
)

BANNER_STARTS: Final = (
    # What gateways put above a mail from outside.
    *("caution: this email originated", "caution: external", "caution: this message", "caution: this e-mail"),
    *("caution - external", "caution-external", "caution! this", "caution : ", "caution: do not click"),
    *("external email", "external e-mail", "external sender", "external message", "external mail"),
    *("external:", "this email originated from outside", "this message originated from outside"),
    *("this message came from outside", "this e-mail originated from outside", "warning: this email"),
    *("warning: this message", "warning: external", "this is an external email"),
    *("this email is from an external", "this message is from an external", "[external"),
    *("you don't often get email from", "you do not often get email from", "some people who received this"),
    *("be careful with this message", "attention: this email", "attention: external", "alert: this"),
    *("achtung: externe", "achtung: diese e-mail", "externe e-mail", "diese e-mail kommt von extern"),
    *("vorsicht: ", "sie erhalten nicht oft", "sie erhalten nicht häufig", "[extern", "attention : cet e"),
    *("attention : ce m", "attention: courriel externe", "courriel externe", "vous n’obtenez pas souvent"),
    *("vous n'obtenez pas souvent", "[externe]", "precaución: ", "atención: este correo", "correo externo"),
    *("no suele recibir correo", "[externo]", "cuidado: ", "atenção: este e", "e-mail externo"),
    *("você não costuma receber", "attenzione: questa e", "attenzione: e-mail esterna", "[esterno]"),
    *("let op: deze e-mail", "u ontvangt niet vaak", "uwaga: ten e-mail", "внимание: внешн"),
    *("внешнее письмо", "advarsel: ", "varning: ", "extern avsändare", "du får inte ofta"),
)
