"""The words by which thanks are told from everything else, in English, Portuguese and Spanish, some in others.

Lists only: `gratitude` says what they count. Never a word in two lists that pull in different directions.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


THANKS = _words("""
    thanks thank thx thankyou tks ty cheers grateful appreciate appreciated gratitude obrigado obrigada obrigados
    obrigadas obrigadao obg obgd agradeço agradecemos agradecido agradecida agradecidos agradecimento agradecimentos
    grato grata gratos bem-haja bemhaja valeu gracias agradezco graciñas grazas merci danke dankeschön grazie bedankt
    takk tack
""")
"""A word of these is needed."""

GLAD = _words("""
    solved resolved fixed works working worked perfect perfectly great excellent awesome fantastic wonderful super good
    fine well nice brilliant lovely happy glad best quick quickly fast prompt kind kindness ok okay done sorted
    resolvido resolvida resolveu resolveram funciona funcionou funcionando perfeito perfeita perfeitamente ótimo ótima
    óptimo óptima excelente fantástico fantástica maravilha maravilhoso bom boa bem rápido rápida rapidez simpatia
    atenção eficiência ajuda impecável espetáculo top feito tratado tratada contente feliz solucionado solucionada
    resuelto resuelta resolvió perfecto perfecta genial estupendo excelentes maravilloso bueno buena buen bien
    amabilidad atención eficacia listo lista hecho vale help support assistance service ayuda apoyo apoio servicio
    serviço
""")
"""They go with thanks."""

NEUTRAL = _words("""
    a an the and so very much many lot lots all for to of it is was are were be been i we you your my our me us this
    that these now today here there just really from with in on at as everything everyone team guys dear hi hello
    regards greetings day week weekend evening morning have had has got receive received did do by up yes sincerely
    kindest warm o os um uma e muito muita muitos muitas muitíssimo imenso mil mesmo pelo pela pelos pelas por para de
    da dos das em isto isso este esta essa esse já ja agora hoje aqui eu nós vós você vocês vos lhe lhes lhe-ei nos à ao
    aos é foi está estão são ficou fica tudo toda todo todos equipa equipe caro cara caros olá ola cumprimentos melhores
    abraço abraços atenciosamente att cordialmente dia semana fim tarde noite continuação vossa vosso sua seu minha meu
    recebido recebida recebi tenha tenham resto sim beijinhos com el la los las un una unos unas y muy mucho mucha
    muchas muchos del al en esto eso ese esa ya ahora hoy aquí yo nosotros usted ustedes le les lo es fue muchísimas
    muchísimo están son ha han quedado quedó equipo estimado estimada estimados hola saludos saludo cordial cordiales
    atentamente día días noche fin su sus mi vuestra vuestro tu tus recibido recibida recibí tengan abrazo con sí
""")
"""They say nothing either way."""

DENYING = _words("""
    no not never nothing none nobody neither nor cannot cant can't dont don't doesnt doesn't didnt didn't isnt isn't
    wasnt wasn't wont won't havent haven't hasnt hasn't without unfortunately sadly wrong error errors fail fails failed
    failing broken dead problem problems issue issues missing worse again stop stopped late wait waiting não nao nunca
    nada nenhum nenhuma ninguém nem jamais sem infelizmente errado errada erro erros falha falhou falta faltam avariado
    avariada problema problemas pior continua continuam voltou outra outro novamente novo nova ningún ninguna nadie
    tampoco ni jamás sin desgraciadamente lamentablemente mal fallo falla falló faltan roto rota peor sigue siguen
    volvió otra otro nuevamente nuevo nueva
""")
"""They deny or complain. One of them, and it is not only thanks."""

TURNING = _words("""
    but however although though except still yet only also another meanwhile until unless if mas porém porem contudo
    todavia embora ainda excepto exceto apenas também tambem só enquanto até se caso entretanto pero sino aunque todavía
    aún aun salvo también tambien sólo solo mientras hasta si
""")
"""After them comes the matter."""

ASKING = _words("""
    please pls could can may might would should will need needs want when what where which who why how reopen re-open
    open send call check look confirm let tell wonder question favor pode podem podia poderia poderiam preciso
    precisamos precisa quero queria gostaria quando qual quais onde quem porque porquê como reabrir reabra reabram abrir
    enviar envie enviem ligue liguem verifique verificar confirme confirmar pergunta dúvida duvida aguardo aguardamos
    espero puede pueden podría podrían podrias necesito necesitamos quiero quería querría cuándo cuando cuál cuáles
    dónde quién porqué cómo reabran envíe envíen llame llamen compruebe confirmen pregunta duda quedo
""")
"""They ask for something."""
