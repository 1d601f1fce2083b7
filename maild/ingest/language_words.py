"""Small words and word ends by which Latin-script languages are told apart in a sentence or two.

A table only. Words of everyday letters to a helpdesk stand beside the words of grammar, since tickets are short; a word
may stand under several languages and then counts less for each.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "en": """
        the of and to in is it you that was for on are with as i his they be at one have this from or had by not but
        what all were we when your can said there use an each which she do how their if will up other about out many
        then them these so some her would make like him into has look more write go see no way could my than been who
        its now did get come made may please help thanks thank hello hi hey dear regards sincerely best kind our us
        cannot can't don't doesn't didn't won't i'm i've i'd it's isn't wasn't aren't haven't you're we're we've
        know need want any only just after before again still since because while where why here too also very well
        account invoice password order payment received receive sent send email mail message attached file please
        issue problem working work works error screen printer login log access forgot reset refund delivery shipped
        question customer support service website page phone number address yesterday today tomorrow week month
        update upgrade licence license subscription cancel cancelled wrong broken missing lost back soon trying tried
        got able unable let anyone someone something nothing everything waiting wait answer reply issues urgent
        good morning afternoon evening happy year bill charge charged twice computer network crashes won does ticket
        would've should shall must might much every day time new old first last next two three
        any anything news email's crashed crash crashing down slow late twice cost price buy bought arrived arrive
        delayed person company shop product paid pay transfer register installed install version program system
        question doubt sorry however download link works fine closed close solved fixed fix broke stopped start
        printing call me tell show today's currently already yet still never always sometimes maybe sure okay yes
        same night talk fails fail failed understand turned understood sorry happened happens show shows says seems
    """,
    "pt": """
        de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua
        ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus
        quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa pelos elas havia seja
        qual será nós tenho lhe deles essas esses pelas este fosse dele tu te vocês vos lhes meus minhas teu tua
        nosso nossa nossos nossas esta estes estas aquele aquela isto aquilo estou estamos estava fui foste somos são
        fazer fiz fez faz posso pode podem podemos poderia poderiam consigo consegue conseguimos conseguir quero
        queria gostaria gostava preciso precisamos precisava ajuda ajudar obrigado obrigada agradeço agradecemos
        cumprimentos atenciosamente atentamente olá oi bom boa dia tarde noite caro cara prezado prezados exmo exmos
        exma senhor senhora senhores favor fatura faturas factura recibo pagamento encomenda pedido conta senha
        palavra-passe palavra passe acesso entrar sessão erro problema funciona funcionar funcionou impressora
        computador telemóvel telefone celular ecrã tela rede enviar envio enviei enviado receber recebi recebemos
        recebido mensagem email correio anexo ficheiro arquivo morada endereço número contrato cliente serviço
        atendimento assistência técnico técnica reclamação devolução reembolso entrega ontem hoje amanhã semana mês
        ano ainda agora aqui ali lá onde porque porquê assim então segue seguem conforme informar informação
        informações alterar alteração cancelar urgente urgência aguardo resposta responder desde nada tudo todos
        todas outra outro outros outras novo nova dois duas três boas qualquer bem mal sim saber
        alguma algum alguns algumas alguém novidade novidades errada errado erradas continua continuam sem ligar
        ligar-me telefonar resolvido resolvida fechar fechado podem-me perdi esqueci parou avariou avariado avaria
        lento lenta atraso atrasada cobrança cobrado cobrada duas vezes quanto quantos custa preço comprar comprei
        chegou chegar chega demora demorar urgentemente pessoa empresa loja produto pago paguei transferência boleto
        nota fiscal cadastro cadastrar entrega entregue entregar devolver trocar troca reiniciar instalar atualizar
        atualização versão programa sistema ficou fica ficar dá dar deu vi ver vejo pergunta dúvida dúvidas ok pois
        convosco connosco conosco meu teu lhe-ia venho vimos solicitar solicito peço pedia desculpe desculpem
        entendo entende percebi percebo igual caiu cair abre abrir falar resolver vão imprime espera à espera vamos
        ficamos fico aguardar dizer disse valor orçamento cancelem enviem mandem verifiquem enviar-me outra vez
    """,
    "es": """
        de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin
        sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque
        qué sólo solo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora cada
        e otro otra otros otras nosotros ustedes usted te mí tu tú ella ellos ellas nuestra nuestro nuestros nuestras
        estoy estamos están estaba estaban tengo tenemos tienen tenía puedo podemos pueden podría podrían quiero
        quisiera quería queremos necesito necesitamos necesita ayuda ayudar ayudarme gracias saludos cordiales
        atentamente hola buenos buenas buen días día tardes noches estimado estimada estimados señor señora señores
        favor factura facturas recibo pago pedido cuenta contraseña clave acceso acceder entrar sesión error problema
        funciona funcionar impresora ordenador computadora móvil celular teléfono pantalla red enviar envío envié
        enviado recibir recibí recibido hemos mensaje correo adjunto archivo dirección número contrato cliente
        servicio atención técnico reclamación devolución reembolso entrega ayer hoy mañana semana mes año todavía aún
        aquí allí dónde cómo cuándo cuál quién porqué entonces según informar información cambiar cancelar urgente
        espero respuesta responder nada nuevo nueva nuestro hace hacer hice hizo sido muchas mucho usuario saber
        siguiente desde luego además hacia debe deben llega llegó llegado me les les
        alguna algún algunos algunas alguien novedad novedades sigue siguen mal equivocada equivocado llamar
        llamarme resuelto resuelta cerrar cerrado olvidé perdí lento lenta retraso cobro cobrado cobrada dos veces
        cuánto cuántos cuesta precio comprar compré demora demorar urgentemente persona empresa tienda producto
        pagado pagué transferencia registro registrar entregado entregar devolver cambio reiniciar instalar
        actualizar actualización versión programa sistema quedó queda doy dio vi ver veo pregunta duda dudas pues
        solicito solicitar pido disculpe disculpen perdón nosotros conmigo contigo vuestro vuestra vosotros les
        sí entiendo entiende igual hablar resolver van caído cayó abre abrir cierra imprime esperando nuevo van
        seguimos quedamos quedo atentos comento indico dicho mismo importe presupuesto cancelen envíen manden revisen
    """,
    "fr": """
        de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la avec ou son
        aux mais comme ont je sa être on cette fait nous vous ces ses si leur elle tout même été entre aussi bien très
        sans peut ils où deux mes mon ma votre vos notre nos lui me moi toi tu te y leurs donc alors quand car après
        avant encore toujours jamais rien chez vers depuis puis ici là suis sommes êtes était étaient avez avons ai
        j'ai n'est c'est qu'il qu'elle n'ai d'un d'une l'on s'il j'aimerais je voudrais voudrais souhaite souhaiterais
        besoin d'aide aide aider merci bonjour bonsoir salut cher chère madame monsieur messieurs cordialement
        salutations sincères facture factures paiement commande compte mot passe mots accès connexion connecter erreur
        problème fonctionne fonctionner imprimante ordinateur téléphone portable écran réseau envoyer envoyé envoi
        reçu recevoir message courriel mail pièce jointe fichier adresse numéro contrat client service assistance
        technique réclamation retour remboursement livraison colis hier aujourd'hui demain semaine mois année toujours
        comment pourquoi parce lequel laquelle quel quelle quels quelles savoir pouvez pourriez peux pouvoir puis-je
        veuillez informer information informations modifier changer annuler urgent attends attente réponse répondre
        nouveau nouvelle s'il plaît svp plait faire faites dois doit avoir vont aller ça cela celui ceci ci-joint
        appeler m'appeler rappeler vais va aucune aucun nouvelles fausse faux erronée depuis lundi mardi mercredi
        jeudi vendredi n'arrive j'arrive arrive j'attends c'était qu'est-ce est-ce résolu fermer oublié perdu lent
        retard débité deux fois combien coûte prix acheter acheté produit payé payer logiciel mettre jour version
        fonctionnait marche imprime ouvre ouvrir affiche pouvez-vous pourriez-vous avez-vous puis-je
    """,
    "de": """
        der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat
        dass daß sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur
        bis mehr durch man sein wurde sei ich du wir ihr mich mir uns euch ihnen ihn ihm ihre ihren ihrem ihrer mein
        meine meinen meinem meiner dein deine unser unsere unseren unserem kann kann können könnte könnten muss müssen
        möchte möchten will wollen soll sollte habe hatte hätte haben bin waren wäre wurde wurden worden gibt geht
        bitte danke dank vielen hallo guten morgen tag abend sehr geehrte geehrter damen herren liebe lieber grüße
        grüssen grüßen freundlichen freundliche mfg viele beste rechnung rechnungen zahlung bestellung konto passwort
        kennwort zugang anmelden anmeldung fehler problem funktioniert funktionieren drucker computer rechner handy
        telefon bildschirm netzwerk senden gesendet schicken geschickt erhalten bekommen nachricht email mail anhang
        datei adresse nummer vertrag kunde kundennummer dienst hilfe helfen technische reklamation rückgabe lieferung
        gestern heute morgen woche monat jahr immer schon hier dort wo warum weil wenn dann denn ob also daher seit
        leider nichts etwas alles alle jede jeder keine kein keinen mal wieder jetzt neue neuen neues wissen ändern
        kündigen dringend warte antwort antworten frage fragen anbei anlage vielen dank welche welcher dieser diese
        dieses diesen
        gibts neues falsch stimmt rufen anrufen ruft druckt startet abgestürzt stürzt kaputt defekt langsam
        verspätet zweimal abgebucht kostet preis kaufen gekauft produkt bezahlt bezahlen überweisung version programm
        system gelöst erledigt schließen vergessen verloren kommt kam angekommen warten montag dienstag mittwoch
        donnerstag freitag ok bräuchte brauche benötige benötigen
    """,
    "it": """
        di e il la che in un a per è una sono non con si le da del lo al dei come ma più della nel gli anche alla o i
        ha mi ci se delle dal io questo questa questi queste quello quella suo sua suoi loro noi voi lei lui mio mia
        miei mie nostro nostra vostro vostra ho hai abbiamo avete hanno era erano stato stata stati essere avere fare
        posso può possiamo potete possono potrei potrebbe vorrei vorremmo voglio bisogno aiuto aiutare aiutarmi grazie
        ciao buongiorno buonasera salve gentile gentili egregio signore signora spettabile cordiali saluti distinti
        fattura fatture pagamento ordine ordini conto account password accesso accedere errore problema funziona
        funzionare stampante computer telefono cellulare schermo rete inviare inviato invio ricevere ricevuto
        messaggio posta allegato file indirizzo numero contratto cliente servizio assistenza tecnico tecnica reclamo
        reso rimborso consegna ieri oggi domani settimana mese anno ancora adesso ora qui dove perché perchè quando
        quindi poi già sempre mai niente nulla tutto tutti tutte altro altra nuovo nuova informazioni informazione
        modificare cambiare annullare disdire urgente attesa attendo risposta rispondere sapere favore prego dopo
        prima senza sul sulla nella nei dalla dalle degli agli alle ai cosa chi quale quali come mai riesco riesce
        vostra vostri cortesemente
        sbagliata sbagliato errata chiamarmi chiamare novità riscontro risolto risolta chiudere dimenticato perso
        lento lenta ritardo addebitato due volte quanto costa prezzo comprare comprato prodotto pagato pagare
        bonifico versione programma sistema aggiornamento arriva arrivato arrivata lunedì martedì mercoledì giovedì
        venerdì stampa apre aprire vedo vedere più non
    """,
    "nl": """
        de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om hem dan zou of wat
        mijn men dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben deze u want
        nog zal me zij nu ge geen omdat iets worden toch al waren veel meer doen toen moet ben zonder kan hun dus
        alles onder ja eens hier wie werd altijd doch wordt wezen kunnen ons zelf tegen na reeds wil kon niets uw
        iemand geweest andere wij jullie onze jouw kunt kunnen zou zouden willen graag nodig hulp helpen bedankt dank
        hallo goedemorgen goedemiddag goedenavond beste geachte heer mevrouw groet groeten vriendelijke hartelijke
        mvg factuur facturen betaling bestelling rekening wachtwoord toegang inloggen fout probleem werkt werken
        printer computer telefoon scherm netwerk sturen gestuurd verzonden verzenden ontvangen ontvang bericht mail
        bijlage bestand adres nummer contract klant klantnummer dienst ondersteuning klacht retour levering gisteren
        vandaag morgen week maand jaar steeds waar waarom wanneer welke nieuwe nieuw weten wijzigen opzeggen annuleren
        dringend wacht antwoord vraag alvast krijg krijgen lukt sinds geleden
        klopt verkeerd fout bellen opgelost sluiten vergeten verloren traag vertraging afgeschreven kost prijs
        kopen gekocht product betaald betalen versie programma systeem update gekomen komt aangekomen maandag dinsdag
        woensdag donderdag vrijdag kapot defect zit staat ligt kreeg
    """,
    "pl": """
        i w na z do się nie że jest o to jak za po co od ale czy tak już przez dla są tego tym być był była było może
        mnie mi mam ma mamy mają jego jej ich nas nam was wam pan pani państwo państwa proszę prosimy dziękuję
        dziękujemy dzień dobry witam cześć szanowni szanowna pozdrawiam pozdrowienia poważaniem z pomoc pomocy pomóc
        potrzebuję chciałbym chciałabym mogę możemy można nie mogę faktura faktury fakturę płatność zamówienie
        zamówienia konto konta hasło hasła dostęp zalogować logowanie błąd błędu problem działa drukarka komputer
        telefon ekran sieć wysłać wysłałem wysłałam otrzymałem otrzymałam otrzymać wiadomość mail załącznik załączniku
        plik adres numer umowa klient usługa reklamacja zwrot dostawa wczoraj dziś dzisiaj jutro tydzień miesiąc rok
        jeszcze teraz tutaj gdzie dlaczego ponieważ kiedy który która które także oraz lub bardzo nic wszystko nowy
        nowe zmienić anulować pilne czekam odpowiedź pytanie ten ta te swoje mój moja moje sprawie
        błędna błędny zła zadzwonić zadzwońcie rozwiązane zamknąć zapomniałem zapomniałam zgubiłem wolno opóźnienie
        zapłaciłem ile kosztuje cena kupić kupiłem produkt wersja program system dotrze dotarło przyszło poniedziałku
        poniedziałek wtorek środa czwartek piątek drukuje
    """,
    "sv": """
        och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan man när
        år säger hon under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra
        mycket än här då sedan över bara blir upp även vad få två vill ha många hur mer går kunde mig min mitt mina
        dig din ditt er ert era oss vår vårt våra kan ni skulle behöver hjälp hjälpa tack tackar hej hejsan god
        morgon kära hälsningar hälsning vänliga vänlig mvh faktura fakturor fakturan betalning beställning konto
        lösenord lösenordet tillgång logga inloggning fel felet problem fungerar skrivare skrivaren dator datorn
        telefon skärm nätverk skicka skickat skickade fått mottagit meddelande mejl mail bifogat bifogar bilaga fil
        adress nummer avtal kund kundnummer tjänst support reklamation retur leverans igår idag imorgon vecka månad
        fortfarande var varför eftersom vilken ny nytt nya veta ändra avsluta brådskande väntar svar fråga något
        ingenting allt
        felaktig ringa löst stänga glömt tappat långsam försenad betalat kostar pris köpa köpt produkt version
        program system kommit fram måndags tisdags onsdag torsdag fredag när saknas gärna längre lägga beställt
    """,
    "no": """
        og i det er på en som av til å for med at har ikke den om de et men var jeg seg fra vi så kan når år sier hun
        under også etter eller nå sin der ved mot skal skulle kommer ut får finnes være hadde alle andre mye enn her
        da siden over bare blir opp hva to vil ha mange hvordan mer går kunne meg min mitt mine deg din ditt dere oss
        vår vårt våre trenger hjelp hjelpe takk hei god morgen kjære hilsen vennlig mvh faktura fakturaen betaling
        bestilling konto passord passordet tilgang logge innlogging feil feilen problem fungerer virker skriver
        skriveren datamaskin telefon skjerm nettverk sende sendt fått mottatt melding e-post epost vedlagt vedlegg fil
        adresse nummer avtale kunde kundenummer tjeneste klage retur levering ikke i går i dag i morgen uke måned
        fortsatt fremdeles hvor hvorfor fordi hvilken ny nytt nye vite endre avslutte haster venter svar spørsmål noe
        ingenting alt noen deres mitt fikk gjør ble hvis
        feilaktig ringe ring løst lukke glemt mistet treg forsinket betalt koster pris kjøpe kjøpt produkt versjon
        program system kommer ankommet mandag tirsdag onsdag torsdag fredag når mangler gjerne lenger får logget dere
        siden igjen snakke bestillingen bestillinga
    """,
    "da": """
        og i jeg det at en den til er som på de med han af for ikke der var mig sig men et har om vi min havde ham hun
        nu over da fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne ind når være dog
        noget ville jo deres efter ned skulle denne end dette mit også under have dig anden hende mine alt meget sit
        sine vor mod disse hvis din nogle hos blive mange ad bliver hendes været thi jer sådan hjælp hjælpe tak hej
        god morgen kære hilsen venlig venlige mvh faktura fakturaen betaling bestilling ordre konto adgangskode kode
        adgang logge fejl fejlen problem virker fungerer printer printeren computer telefon skærm netværk sende sendt
        fået modtaget besked mail vedhæftet vedhæfter fil adresse nummer aftale kunde kundenummer tjeneste klage retur
        levering i går i dag i morgen uge måned stadig hvorfor fordi hvilken ny nyt nye vide ændre opsige afbestille
        haster venter svar spørgsmål intet hvordan kan venligst fik gør brug jeres mere
        ikke forkert forkerte ringe ring løst lukke glemt mistet langsom forsinket betalt koster pris købe købt
        produkt version program system kommer ankommet mandag tirsdag onsdag torsdag fredag hvornår skærmen mangler
        kunne ikke på jeres gerne længere
        siden igen stadigvæk talte tale
    """,
    "fi": """
        ja on ei että se hän oli joka mutta ovat kun niin myös kuin tai jos vain nyt ole olla minä sinä me te he minun
        sinun meidän teidän mitä missä milloin miksi koska miten mikä tämä tämän nämä ne sen siitä siihen tässä sitä
        ollut olen olemme olet olette voin voi voimme voitte voisitte voisiko haluan haluaisin haluaisimme tarvitsen
        tarvitsemme apua auttaa kiitos kiitoksia kiitän hei moi terve hyvää huomenta päivää iltaa terveisin
        ystävällisin terveisin lasku laskun laskua laskut maksu tilaus tilauksen tilausta tili tilin salasana
        salasanan salasanaa pääsy kirjautua kirjautuminen kirjaudu virhe ongelma toimi toimii toimita tulostin
        tietokone puhelin näyttö verkko lähettää lähetin lähetetty sain saanut saapunut viesti sähköposti liite
        liitteenä tiedosto osoite numero sopimus asiakas palvelu reklamaatio palautus toimitus eilen tänään huomenna
        viikko kuukausi vuosi vielä edelleen täällä uusi muuttaa peruuttaa kiireellinen odotan vastaus vastausta
        kysymys jotain mitään kaikki enää en emme pysty saa saan ennen jälkeen kanssa
        väärin väärä soittaa ratkaistu sulkea unohdin kadotin hidas myöhässä maksoi hinta ostaa ostin tuote versio
        ohjelma järjestelmä tulee saapuu saapunut maanantaina maanantain jälkeen toiminut pysty kirjautumaan tulostimeni
        laskuni salasanani tilini tililleni
    """,
    "cs": """
        a se v na je že to s z do o i k ve pro by za co ale jako po si jsem jsou tak byl bylo byla když které který
        která jak už nebo od podle ještě být mi mě ho jeho její jejich nás nám vás vám vy my já mám máme máte mít
        prosím prosíme děkuji děkujeme dobrý den dobré ráno ahoj vážený vážení vážená pane paní pozdravem pozdrav
        pomoc pomoci potřebuji potřebujeme chtěl chtěla bych můžete můžu mohu může nemohu nelze faktura faktury
        fakturu platba objednávka objednávku objednávky účet účtu heslo hesla přístup přihlásit přihlášení chyba
        chybu problém funguje nefunguje tiskárna počítač telefon obrazovka síť poslat poslal odeslat obdržel obdrželi
        zpráva zprávu mail příloze příloha soubor adresa číslo smlouva zákazník služba reklamace vrácení dodání
        dodávka včera dnes zítra týden měsíc rok stále tady kde proč protože kdy nový nové změnit zrušit naléhavé
        čekám odpověď otázka něco nic všechno prosím také velmi
        špatně špatná zavolat vyřešeno zavřít zapomněl ztratil pomalu pomalý zpoždění zaplatil kolik stojí cena
        koupit produkt verze program systém dorazí dorazila přišla pondělí úterý středa čtvrtek pátek tiskne
    """,
    "sk": """
        a sa v na je že to s z do o aj k vo pre by za čo ale ako po si som sú tak bol bolo bola keď ktoré ktorý ktorá
        už alebo od podľa ešte byť mi mňa ho jeho jej ich nás nám vás vám vy my ja mám máme máte mať prosím prosíme
        ďakujem ďakujeme dobrý deň dobré ráno ahoj vážený vážení pán pani pozdravom pozdrav pomoc potrebujem
        potrebujeme chcel chcela by môžete môžem môže nemôžem faktúra faktúru faktúry platba objednávka objednávku
        účet heslo prístup prihlásiť prihlásenie chyba problém funguje nefunguje tlačiareň počítač telefón obrazovka
        sieť poslať poslal dostal dostali správa správu príloha prílohe súbor adresa číslo zmluva zákazník služba
        reklamácia vrátenie dodanie včera dnes zajtra týždeň mesiac rok stále tu kde prečo pretože kedy nový zmeniť
        zrušiť čakám odpoveď otázka niečo nič všetko tiež veľmi
    """,
    "tr": """
        ve bir bu da de için ile çok olarak daha olan gibi en ne var ben sen biz siz onlar kadar sonra ama ya mi mı mu
        mü değil olduğu kendi şey ki her o şu nasıl neden nerede yok bana beni size sizi bize bizi benim sizin bizim
        olan oldu olur olması ettim etmek edebilir misiniz miyim istiyorum istiyoruz ihtiyacım var yardım yardımcı
        teşekkür teşekkürler ederim ederiz merhaba merhabalar selam günaydın iyi günler akşamlar sayın saygılar
        saygılarımla lütfen fatura faturayı faturamı faturam ödeme sipariş siparişim siparişi hesap hesabım hesabıma
        şifre şifremi şifrem erişim giriş yapamıyorum hata sorun çalışmıyor çalışıyor yazıcı bilgisayar telefon ekran
        ağ göndermek gönderdim gönderdiniz aldım almadım ulaşmadı geldi gelmedi mesaj posta ekte ek dosya adres numara
        numarası sözleşme müşteri hizmet şikayet iade teslimat dün bugün yarın hafta ay yıl hala hâlâ burada çünkü
        yeni değiştirmek iptal acil bekliyorum cevap soru hiçbir hiç şimdi önce nedeniyle konuda
        yanlış arayın arar çözüldü kapatın unuttum kaybettim yavaş gecikti ödedim kaç fiyat satın ürün sürüm program
        sistem zaman gelecek pazartesi salı çarşamba perşembe cuma beri giremiyorum olmuyor
    """,
    "ro": """
        de și în a la cu pe este că nu un o din pentru mai se care sunt au fost ca sau dar am ce le era după fi dacă
        prin între asta acest această acesta aceasta eu tu noi voi ei ele meu mea mei mele dumneavoastră nostru
        noastră când unde cum cine aveți avem are ai îmi vă mă ne te își să poate putea puteți pot putem aș vrea doresc
        dorim nevoie ajutor ajuta ajutați mulțumesc mulțumim bună ziua seara dimineața salut stimate stimată domnule
        doamnă stimați respect cordial vă rog rugăm factură factura facturi facturii plată plata comandă comanda
        comenzii cont contul parolă parola acces conecta autentificare eroare problemă problema funcționează
        imprimantă imprimanta calculator telefon ecran rețea trimite trimis trimiteți primit am mesaj mail atașat
        fișier adresă adresa număr numărul contract client serviciu reclamație retur livrare ieri azi astăzi mâine
        săptămână lună an încă acum aici deoarece nou nouă schimba anula urgent aștept răspuns întrebare ceva nimic
        tot toate foarte fără si sa in va
        greșită greșit gresita suna sunați rezolvat închide uitat pierdut lent întârziere plătit cât costă preț
        cumpăra produs versiune program sistem ajunge ajuns luni marți miercuri joi vineri mea merge
    """,
    "hu": """
        a az és hogy nem is egy van ez azt meg de ha csak már még volt vagy mint lehet fel ki be el mi ti ők én te ő
        nekem neki nekünk önök ön önöknek engem minket ezt azt ami amely aki most itt ott hol mikor miért mert nagyon
        lesz vannak volna kell kellene szeretném szeretnék szeretnénk szükségem segítség segítséget segíteni
        köszönöm köszönjük köszönettel üdvözlettel tisztelt hölgyem uram jó napot reggelt estét szia helló kedves
        kérem kérjük kérek számla számlát számlám fizetés rendelés rendelésem rendelést fiók fiókom fiókomba jelszó
        jelszót jelszavam hozzáférés bejelentkezni bejelentkezés belépni tudok tudom hiba hibát probléma működik
        nyomtató számítógép telefon képernyő hálózat küldeni küldtem elküldtem kaptam kapott üzenet levél melléklet
        mellékelten csatolt fájl cím szám szerződés ügyfél szolgáltatás reklamáció visszaküldés szállítás tegnap ma
        holnap hét hónap év új módosítani lemondani sürgős várom válasz választ kérdés valami semmi minden nincs
        sikerül
        hibás rossz felhívni megoldódott bezárni elfelejtettem elveszett lassú késik fizettem mennyibe kerül ár
        venni termék verzió program rendszer érkezik érkezett megjött hétfő kedd szerda csütörtök péntek óta nyomtatóm
        nyomtat bejelentkezni
    """,
    "hr": """
        i je u na se da za od su s o što kako a ne koji to sam ali iz po ili bi kao do te još ima već samo bio bila
        bilo biti mi vi oni ja nam vam me moj moja moje naš vaš vaša vaše kada gdje zašto jer možete mogu može trebam
        trebamo želim želio htjela pomoć pomoći hvala pozdrav lijep srdačan dobar dan dobro jutro večer poštovani
        poštovana molim molimo račun računa plaćanje narudžba narudžbu lozinka lozinku pristup prijaviti prijava greška
        problem radi ne radi pisač računalo telefon zaslon mreža poslati poslao primio primili poruka poruku privitku
        datoteka adresa broj ugovor kupac usluga reklamacija povrat dostava jučer danas sutra tjedan mjesec godina
        ovdje novi promijeniti otkazati hitno čekam odgovor pitanje nešto ništa sve također vrlo ovaj ova nije nisam
        nismo
    """,
    "vi": """
        và của là có không được cho trong với các một những này đã để tôi bạn chúng ta ở từ người khi về như đến cũng
        vào ra nhưng hoặc nếu thì mà lại rất nhiều xin chào cảm ơn cám vui lòng giúp đỡ cần muốn hóa đơn thanh toán
        đơn hàng tài khoản mật khẩu đăng nhập lỗi vấn đề máy in tính điện thoại gửi nhận tin nhắn thư tệp địa chỉ số
        khách hỗ trợ hôm qua nay mai tuần tháng năm vẫn chưa tại sao vì mới
    """,
}

TELLING: dict[str, str] = {
    "en": "thanks thank please hello dear regards password invoice the cannot",
    "pt": "obrigado obrigada olá não você fatura encomenda cumprimentos atenciosamente prezados senha ajuda",
    "es": "gracias hola buenos contraseña factura saludos ayuda usted señor",
    "fr": "merci bonjour bonsoir cordialement facture mot",
    "de": "danke hallo rechnung grüße bitte nicht vielen",
    "it": "grazie buongiorno buonasera fattura salve ciao",
    "nl": "bedankt goedemorgen goedemiddag factuur groeten wachtwoord",
    "pl": "dziękuję witam proszę pozdrawiam cześć hasło",
    "sv": "tack hej hälsningar lösenord",
    "no": "takk hei hilsen passord",
    "da": "tak hej hilsen adgangskode",
    "fi": "kiitos hei terveisin lasku salasana moi",
    "cs": "děkuji prosím ahoj heslo pozdravem",
    "sk": "ďakujem prosím ahoj heslo",
    "tr": "teşekkürler teşekkür merhaba lütfen fatura selam",
    "ro": "mulțumesc multumesc salut factură parolă",
    "hu": "köszönöm üdvözlettel szia számla jelszó",
    "hr": "hvala pozdrav poštovani lozinka",
    "vi": "cảm xin chào",
}
"""Words that say the language by themselves when a reply is only one word long."""

ENDINGS: dict[str, str] = {
    "en": "ing tion ness ould ight ally ment ed ly",
    "pt": "ção ções ão ões ães nha nho lha lho agem ando endo indo aram eram dade ável ível eiro eira mente ei ou",
    "es": """
        arlo erlo irlo arme erme irme cción ción ciones ñor ñar dad ando iendo aron ieron able ible ero mente ía ías ó é
        illa illo
    """,
    "fr": "eau eaux ez ement tion ment aire eur euse ons ont ité oir elle ette ais ait aient",
    "de": "ung ungen keit heit lich isch chen schaft tet test ern ieren iert ig ßen",
    "it": "zione zioni gli ità ezza ando endo ato ata ati ate ello ella mente are ere ire tto tti",
    "nl": "heid ijk lijk ing en den tje tjes aan aat eer oor ij",
    "pl": "ość ości ych ego emu ów ać ić yć łem łam ski ska cie my ową ę ą",
    "sv": "ning ningen het ande ade at ar er en or lig ligt",
    "no": "ning ningen het ende et er ene lig sjon",
    "da": "ning ningen hed ende et er ene lig tion",
    "fi": "maan mään lleni seni sini nen ssa ssä sta stä lla llä lta ltä lle ksi tta ttä isen aan ään uus yys iin een",
    "cs": "ost ého ému ých ích ání ení ovat ské ský ová ů ě",
    "sk": "osť ého ému ých ích anie enie ovať ské ský",
    "tr": "lar ler dır dir dan den yor mak mek lık lik ım im nız niz ıyorum iyorum ması mesi",
    "ro": "ului ilor ată ește ează iune tate ție ții rea ul ă",
    "hu": "ság ség ban ben nak nek val vel hoz hez ból ből tok tek ott ett ás és unk ünk",
    "hr": "ost nje ski ška ima ama ija iti ati ao",
    "vi": "",
}
"""Ends of words that are frequent; each counts little."""

LETTERS: dict[str, str] = {
    "en": "",
    "pt": "ãõçáéíóúâêôà",
    "es": "ñáéíóúü¿¡",
    "fr": "éèêëàâçîïôûùœ",
    "de": "äöüß",
    "it": "àèéìòù",
    "nl": "ëïéèö",
    "pl": "ąćęłńóśźż",
    "sv": "åäöé",
    "no": "æøåéò",
    "da": "æøåé",
    "fi": "äöå",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "tr": "çğıöşüâî",
    "ro": "ăâîșțşţ",
    "hu": "áéíóöőúüű",
    "hr": "čćđšž",
    "vi": "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ",
}
"""Letters beside a-z. One that a language does not have speaks against it."""
