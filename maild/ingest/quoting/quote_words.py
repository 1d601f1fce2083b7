"""What mail clients write around quotes, by language: verbs, header labels, names of separators.

Only words, casefolded; how they are recognised is told by `attribution` and `header_block`. Never decides anything.
"""

from __future__ import annotations

from typing import Final

VERBS: Final = (
    # "On … NAME wrote:" in the clients' own translations.
    *("wrote", "writes", "schrieb", "geschrieben", "a écrit", "a ecrit", "écrivait", "escribió", "escribio"),
    *("escribía", "ha scritto", "scrisse", "scriveva", "escreveu", "escreve", "schreef", "geschreven"),
    *("va escriure", "ha escrit", "escribiu", "idatzi du", "napisał", "napisana przez", "napisal", "pisze"),
    *("napsal", "píše", "napísal", "napisao", "piše", "написал", "пишет", "написав", "пише", "напісаў"),
    *("написа", "напиша", "skrev", "skrifaði", "kirjoitti", "kirjutas", "rakstīja", "rašė", "írta"),
    *("a scris", "yazdı", "yazdi", "έγραψε", "εγραψε", "đã viết", "menulis", "เขียน", "写道", "寫道", "写到"),
    *("来信", "のメール", "書きました", "작성", "쓴 글", "썼습니다", "כתב", "كتب", "ما يلي بواسطة", "نوشت"),
)

OPENERS: Final = frozenset(
    (
        # First words of attribution lines: "On", "Am", "Le"… in front of the date.
        *("on", "am", "le", "el", "il", "em", "no", "op", "dnia", "w", "wt", "den", "de", "på", "i", "às", "dne"),
        *("dňa", "kl", "klo", "στισ", "στη", "στο", "nel", "în", "pe", "la", "na", "у", "в", "во", "at", "vào"),
        *("pada", "ในวันที่", "在", "于", "於", "בתאריך", "ב", "في", "بتاريخ", "a", "dana"),
    )
)

QUOTING: Final = (
    # Horde and others name no date: "Quoting NAME <address>:".
    *("quoting ", "zitat von ", "citando a ", "citando ", "citant ", "citeren van ", "citaat van "),
    *("citerar ", "siterer ", "citerer ", "lainaus ", "cytowanie ", "cytat ", "citace ", "citát "),
    *("цитирование ", "цитата от ", "mensaje citado por ", "citado por ", "quoth "),
)

FORWARD_STEMS: Final = (
    # Pieces of the words for "forwarded", as they stand between dashes or after "begin of the …".
    *("forward", "weitergeleitet", "weiterleitung", "transféré", "transfere", "réexpédi", "reexpedi"),
    *("faire suivre", "reenviad", "reencaminhad", "encaminhad", "inoltrat", "doorgestuurd", "doorgezonden"),
    *("przekaz", "przesłan", "przesyłan", "пересл", "пересыл", "перенаправ", "переадрес", "переслан"),
    *("vidarebefordra", "vidaresänd", "videresend", "videresendt", "välitet", "edelleenlähet"),
    *("lähetetty edelleen", "přeposl", "preposl", "yönlendir", "letilmiş", "letilen", "προωθ", "転送"),
    *("转发", "轉寄", "轉發", "전달", "הועבר", "מועבר", "توجيه", "توجيهها", "redirecționat", "továbbít"),
    *("prosljeđen", "proslijeđen", "препратен", "edastatud", "pārsūt", "persiųst", "reenviat"),
    *("birberbidali", "chuyển tiếp", "diteruskan", "ส่งต่อ", "áframsend"),
)

ORIGINAL_STEMS: Final = (
    # Pieces of "original message" between dashes; a "reply message" is one too.
    *("original message", "original mail", "original e-mail", "original email", "original appointment"),
    *("ursprüngliche", "originalnachricht", "original-nachricht", "originalmail", "message d'origine"),
    *("message d’origine", "message original", "message d origine", "mail original", "mensaje original"),
    *("mensagem original", "mensagem d origem", "correo original", "messaggio originale"),
    *("oorspronkelijk bericht", "origineel bericht", "oryginalna", "oryginaln", "pierwotna", "исходное"),
    *("оригинал", "початкове", "вихідне", "ursprungligt", "originalmeddelande", "opprinnelig"),
    *("original melding", "oprindelig", "original meddelelse", "alkuperäinen", "původní", "pôvodn", "özgün"),
    *("orijinal", "αρχικό", "αρχικο", "元のメッセージ", "元のメール", "オリジナルメッセージ", "原始邮件"),
    *("原始郵件", "邮件原件", "原始訊息", "原邮件", "原郵件", "原件", "원본", "מקורית", "الأصلية"),
    *("الرسالة الاصلية", "eredeti üzenet", "mesaj original", "mesajul original", "izvorna", "reply message"),
    *("replied message", "antwortnachricht", "previous message", "vorherige nachricht", "оригинално"),
    *("оригінал", "missatge original", "pesan asli", "thư gốc", "ข้อความต้นฉบับ", "algne kiri"),
    *("reply to message", "message reçu", "message du"),
)

ABOVE_THIS_LINE: Final = (
    # Help desks print a line above which answers are to be written.
    *("above this line", "above the line", "below this line", "reply above", "write above"),
    *("über dieser zeile", "oberhalb dieser zeile", "über diese zeile", "au-dessus de cette ligne"),
    *("au dessus de cette ligne", "encima de esta línea", "arriba de esta línea", "por encima de esta línea"),
    *("acima desta linha", "sopra questa riga", "sopra questa linea", "boven deze regel", "boven deze lijn"),
    *("powyżej tej linii", "над этой строкой", "над цією лінією", "выше этой строки"),
    *("ovanför den här raden", "ovanför denna rad", "over denne linje", "over denne linjen"),
    *("tämän rivin yläpuolelle", "nad tento řádek", "nad tímto řádkem", "bu satırın üstüne"),
    *("bu satırın üzerine", "πάνω από αυτή τη γραμμή", "この行より上", "この行の上", "在此行上方"),
    *("在此線上方", "이 줄 위에", "מעל שורה זו", "מעל לשורה זו", "فوق هذا السطر"),
)

FORWARD_PREFIXES: Final = frozenset(
    (
        # Subject prefixes of forwards: FW, German WG, French TR, Spanish RV, Portuguese ENC, Italian I, Swedish VB …
        # VS is a forward in Danish and an answer in Finnish: a forward hides nothing, so it is taken for one.
        *("fw", "fwd", "wg", "tr", "rv", "enc", "i", "doorst", "pd", "vb", "vs", "fs", "vl", "továbbítás", "tov"),
        *("i̇lt", "ilt", "iletilen", "πρθ", "転送", "转发", "轉寄", "轉發", "전달", "fwd:", "הועבר", "přeposláno"),
        *("přep", "пересл", "переслано", "пер", "forward", "reenv", "trans", "inoltro", "prosl", "yönlendirilen"),
        *("להעברה",),
    )
)

REPLY_PREFIXES: Final = frozenset(
    (
        # Subject prefixes of answers.
        *("re", "aw", "antw", "antwort", "sv", "odp", "res", "r", "rif", "ref", "ynt", "yan", "atb", "回复"),
        *("答复", "回覆", "返信", "ré", "réf", "απ", "σχετ", "vá", "válasz", "bls", "odg", "respuesta", "resp"),
        *("ответ", "відп", "rép", "réponse", "השב", "תשובה", "رد", "답장", "回信", "risposta", "resposta"),
        *("svar", "od", "hal", "ats", "atb."),
    )
)

ANSWERS_BELOW: Final = (
    # A short text above an unmarked quote that says the answers stand inside it.
    *("see below", "see inline", "see in line", "see in-line", "answers inline", "comments inline", "replies inline"),
    *("answered inline", "inline below", "in-line below", "answers below", "comments below", "replies below"),
    *("responses below", "answered below", "reply below", "between the lines", "in red", "in blue", "in green"),
    *("see my comments", "siehe unten", "s. unten", "weiter unten", "antworten unten", "antworten im text"),
    *("direkt im text", "in rot", "in blau", "in grün", "ci-dessous", "dans le texte", "en rouge", "en bleu"),
    *("en vert", "ver abaixo", "respostas abaixo", "respondi abaixo", "em vermelho", "a vermelho", "em azul"),
    *("a azul", "ver más abajo", "más abajo", "respuestas abajo", "en rojo", "en azul", "vedi sotto", "qui sotto"),
    *("in rosso", "in blu", "zie hieronder", "hieronder", "in het rood", "in rood", "patrz poniżej", "poniżej"),
    *("na czerwono", "см. ниже", "смотри ниже", "ниже по тексту", "красным", "див. нижче", "нижче по тексту"),
    *("se nedan", "svar nedan", "i rött", "se nedenfor", "svar nedenfor", "i rødt", "med rødt", "katso alta"),
    *("punaisella", "viz níže", "červeně", "aşağıda", "kırmızı", "παρακάτω", "με κόκκινο", "下記に", "以下に回答"),
    *("赤字", "见下", "見下", "红字", "紅字", "아래에", "빨간", "ראה למטה", "באדום", "أدناه", "بالأحمر"),
)
