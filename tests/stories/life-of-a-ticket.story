# From the first mail to the reopening, without anybody opening a browser but the customer.
09:00 ana writes to support: Fatura de outubro
    Bom dia, a fatura de outubro está errada. Podem corrigir?
ana gets acknowledgement
    10001
    Obrigado por nos escrever
    segunda-feira, 23 de novembro de 2026, 11:00
ticket team billing
ticket category invoices
ticket request_type correction
ticket priority high
ticket tags money
ticket promised_at 2026-11-23 11:00
eva gets new-ticket
    Fatura de outubro
    a fatura de outubro está errada
    Ana Silva
rui gets nothing

09:30 eva answers
    Bom dia Ana, já corrigimos a fatura.
ana gets answer
    já corrigimos a fatura
    not eva@home.example
ticket first_response_at 2026-11-23 09:30
ticket owner eva
ticket state open
eva gets nothing

10:00 ana answers
    Obrigada! E a de setembro?
eva gets customer-reply
    E a de setembro?
ana gets nothing

10:30 eva answers
    #priority low
    #close
    A de setembro está certa.
ana gets answer
    A de setembro está certa.
    not #close
ticket state closed
ticket priority low
nobody gets anything
