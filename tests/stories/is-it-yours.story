# A customer answers from her phone's address: she is asked where she is known, once, and then heard.
09:00 ana writes to support: Impressora
    A impressora não faz nada. Podem ajudar? Obrigada pela atenção.
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:10 ana answers from ana@phone.example
    É a azul do segundo andar.
ana gets confirm
    Esta mensagem é sua?
    ana@phone.example
    not segundo andar
rui gets unverified-reply
    has been asked
eva gets unverified-reply
09:30 ana answers
    Sim, fui eu
rui gets customer-reply
    segundo andar
eva gets customer-reply
nobody gets anything
# From then on the address is hers.
09:40 ana answers rui's mail from ana@phone.example
    Ainda nada.
rui gets customer-reply
    Ainda nada.
eva gets customer-reply
nobody gets anything
there are 1 tickets
