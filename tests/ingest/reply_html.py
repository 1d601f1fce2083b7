"""HTML answers as mail clients write them: {words} stands where the author writes, the rest is quote or signature."""

from __future__ import annotations

from typing import Final

ANSWERS: Final[dict[str, str]] = {
    "gmail": '<div dir="ltr">{words}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
    'class="gmail_attr">On Tue, May 6, 2025 at 9:14 AM Acme &lt;<a href="mailto:s@acme.example">s@acme.example</a>'
    '&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid '
    'rgb(204,204,204);padding-left:1ex">Did you restart?</blockquote></div>',
    "gmail-signature": '<div dir="ltr"><div>{words}</div><div><br></div><span '
    'class="gmail_signature_prefix">-- </span>'
    '<br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div>Kim Customer<div>Boss</div>'
    "</div></div></div>",
    "gmail-unknown-language": '<div dir="ltr">{words}</div><br><div class="gmail_quote"><div dir="ltr" class='
    '"gmail_attr">Qux zub 6/5 Acme zork:<br></div><blockquote class="gmail_quote">Did you '
    "restart?</blockquote></div>",
    "gmail-phone": '<div dir="auto">{words}</div><br><div class="gmail_quote"><div dir="ltr" '
    'class="gmail_attr">El mar, '
    '6 may 2025, 9:14, Acme &lt;<a href="mailto:s@acme.example">s@acme.example</a>&gt; '
    "escribió:<br></div><blockquote "
    'class="gmail_quote" style="border-left:1px #ccc solid"><div>Did you restart?</div></blockquote></div>',
    "outlook-web": '<html><body><div class="elementToProof">{words}</div><div id="appendonsend"></div><hr style='
    '"display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font '
    'face="Calibri"><b>Qui:</b> '
    "Acme &lt;s@acme.example&gt;<br><b>Quand:</b> hier<br></font><div>&nbsp;</div></div><div>Did you restart?</div>"
    "</body></html>",
    "outlook-web-signature": '<html><body><div>{words}</div><div id="Signature"><p>Kim Customer</p><p>Boss</p></div>'
    '<div id="appendonsend"></div><div id="divRplyFwdMsg"><b>From:</b> Acme &lt;s@acme.example&gt;<br><b>Sent:</b> '
    "Tuesday, May 6, 2025 9:14 AM<br><b>To:</b> Kim<br><b>Subject:</b> Router</div><div>Did you "
    "restart?</div></body>",
    "outlook-desktop": "<html><body><div class=WordSection1><p class=MsoNormal>{words}<o:p></o:p></p><p "
    "class=MsoNormal>"
    "<o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p "
    "class=MsoNormal><b>Lähett:</b> Acme<br><b>Zzz:</b> gestern</p></div></div><p class=MsoNormal>Did you "
    "restart?</p>"
    "</div></body></html>",
    "outlook-2003": "<body><div class=Section1><p class=MsoNormal>{words}</p><div><div class=MsoNormal "
    "align=center><hr "
    'size=3 width="100%" align=center></div><p class=MsoNormal><b>From:</b> Acme [mailto:s@acme.example] <br><b>Sent:'
    "</b> Friday, June 27, 2014 12:06 PM<br><b>To:</b> Kim<br><b>Subject:</b> Router</p></div><p>Did you restart?</p>"
    "</div></body>",
    "outlook-mobile": '<html><body><div dir="auto">{words}</div><div id="ms-outlook-mobile-signature"><div>Get <a '
    'href="https://aka.ms/o0ukef">Outlook for iOS</a></div></div><hr style="display:inline-block;width:98%"><div id='
    '"divRplyFwdMsg" dir="ltr"><b>From:</b> Acme<br><b>Sent:</b> Tuesday, May 6, 2025 9:14:22 AM<br><b>To:</b> '
    "Kim<br>"
    "</div><div>Did you restart?</div></body></html>",
    "outlook-mac": '<html><body><div class="WordSection1"><p class="MsoNormal">{words}</p><div id='
    '"mail-editor-reference-message-container"><div><div style="border-right:none;border-top:solid #E1E1E1 1.0pt">'
    "<p><b>X:</b> Acme</p></div><p>Did you restart?</p></div></div></div></body></html>",
    "hotmail": "<body class='hmmessage'><div dir='ltr'>{words}<br><br><div><hr id=\"stopSpelling\">Date: Thu, 26 Jun "
    "2014 13:53:45 +0400<br>Subject: Router<br>From: s@acme.example<br>To: kim@customer.example<br><br><div>Did you "
    "restart?</div></div></div></body>",
    "windows-mail": '<div data-externalstyle="false">{words}</div><div style="padding-top: 5px; border-top-color: '
    'rgb(229, 229, 229); border-top-width: 1px; border-top-style: solid;"><div><b>From:</b>&nbsp;<a href="mailto:'
    's@acme.example">Acme</a><br><b>Sent:</b>&nbsp;Thursday, June 26, 2014 2:07 PM<br><b>To:</b>&nbsp;<a '
    'href="mailto:'
    'kim@customer.example">kim@customer.example</a></div></div><div><br></div><div dir="">Did you restart?</div>',
    "apple-mail": '<html><body>{words}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote '
    'type="cite"><div>On 6 '
    'May 2025, at 09:14, Acme &lt;s@acme.example&gt; wrote:</div><br class="Apple-interchange-newline"><div>Did you '
    "restart?</div></blockquote></div><br></body></html>",
    "iphone": '<html><body dir="auto"><div dir="ltr">{words}</div><div dir="ltr"><br><br id="lineBreakAtBeginningOf'
    'Signature"><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 6 May 2025, at '
    '09:14, Acme &lt;s@acme.example&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">'
    "\ufeffDid you restart?</div></blockquote></div></body></html>",
    "iphone-de": '<html><body dir="auto">{words}<br><br><div id="AppleMailSignature" dir="ltr">Von meinem iPhone '
    'gesendet</div><div dir="ltr"><br>Am 06.05.2025 um 09:14 schrieb Acme &lt;s@acme.example&gt;:<br><br></div>'
    '<blockquote type="cite"><div dir="ltr">Did you restart?</div></blockquote></body></html>',
    "thunderbird": '<html><body><p>{words}</p><p><br></p><div class="moz-cite-prefix">Zork 06.05.25 Acme '
    "zub:<br></div>"
    '<blockquote type="cite" cite="mid:1@acme.example"><pre class="moz-quote-pre">Did you restart?</pre></blockquote>'
    '<pre class="moz-signature" cols="72">-- \nKim Customer\nBoss</pre></body></html>',
    "yahoo": '<html><body><div class="ydpd6yahoo-style-wrap"><div dir="ltr">{words}</div></div><div '
    'id="ydp1yahoo_quoted_'
    '123" class="ydp1yahoo_quoted"><div><div>On Tuesday, May 6, 2025 at 09:14:22 AM GMT+2, Acme '
    "&lt;s@acme.example&gt; "
    "wrote: </div><div><br></div><div>Did you restart?</div></div></div></body></html>",
    "aol": "<font color='black' face='arial'>{words}<br><br><div>-----Original Message-----<br>From: Acme &lt;"
    "s@acme.example&gt;<br>To: Kim<br>Sent: Mon, Apr 2, 2012 5:49 pm<br>Subject: Router<br><br>"
    '<div id="AOLMsgPart_0_4d">Did you restart?</div></div></font>',
    "samsung": '<html><body><div dir="auto">{words}</div><div><br></div><div id="composer_signature" '
    'dir="auto"><div>Sent '
    "from my Galaxy</div></div><div><br></div><div>-------- Original message --------</div><div>From: Acme &lt;"
    "s@acme.example&gt; </div><div>Date: 06/05/2025  09:14  (GMT+01:00) </div><div>To: Kim </div><div>Subject: "
    "Router "
    "</div><div><br></div>Did you restart?</body></html>",
    "proton": '<div style="font-family: Arial">{words}</div><div class="protonmail_signature_block"><div class='
    '"protonmail_signature_block-proton">Sent with <a href="https://proton.me/">Proton Mail</a> secure '
    "email.</div></div>"
    '<div class="protonmail_quote">Zork zub Acme &lt;s@acme.example&gt; wrote:<br><br><blockquote class='
    '"protonmail_quote" type="cite">Did you restart?</blockquote></div>',
    "gmx": '<html><body><div style="font-family: Verdana">{words}<div>&nbsp;<div name="quote" '
    'style="margin:10px 5px; '
    'border-left:2px solid #C3D9E5;"><div><b>Zork:</b> gestern<br><b>Zub:</b> Acme</div><div name="quoted-content">'
    "Did you restart?</div></div></div></div></body></html>",
    "zimbra": '<html><body><div>{words}</div><div><br></div><hr id="zwchr" data-marker="__DIVIDER__"><div '
    "data-marker="
    '"__HEADERS__"><b>Zork: </b>Acme<br></div><div data-marker="__QUOTED_TEXT__">Did you '
    "restart?</div></body></html>",
    "spark": '<html><body><div name="messageBodySection"><div dir="auto">{words}</div></div><div name='
    '"messageSignatureSection"><br>Sent with <a href="https://sparkmailapp.com">Spark</a></div><div name='
    '"messageReplySection">On 6 May 2025, 9:14 +0200, Acme &lt;s@acme.example&gt;, wrote:<br><blockquote type="cite" '
    'style="border-left: thin solid grey">Did you restart?</blockquote></div></body></html>',
    "exchange-section": '<div name="messageBodySection">{words}</div><div name="messageReplySection">Did you restart?'
    "</div>",
    "airmail": '<html><body><div>{words}</div><br><div id="bloop_sign_1" class="bloop_sign">Kim '
    "Customer</div><p class="
    '"airmail_on">Zork 6 May 2025, Acme zub:</p><blockquote type="cite" class="clean_bq">Did you '
    "restart?</blockquote>"
    "</body></html>",
    "newton": '<div>{words}</div><div id="cm_signature">Sent from Newton</div><div class="cm_quote">Did you '
    "restart?</div>",
    "front": '<div>{words}</div><div class="front-signature">Kim Customer<br>Boss</div><br><blockquote '
    'type="cite" class='
    '"front-blockquote"><div>On May 6, 2025, 9:14 AM GMT+2 s@acme.example wrote:</div>Did you restart?</blockquote>',
    "zoho": '<div>{words}</div><div><br></div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- On Tue, 06 '
    "May 2025 "
    "09:14:22 +0200 <b>Acme &lt;s@acme.example&gt;</b> wrote ---</div><div>Did you restart?</div></div>",
    "tutanota": "<div>{words}</div><div>6. Mai 2025, 09:14 von s@acme.example:<br></div><blockquote class="
    '"tutanota_quote" style="border-left: 1px solid #93A3B8;">Did you restart?</blockquote>',
    "fastmail": "<div>{words}</div><div><br></div><div>On Tue, 6 May 2025, at 9:14 AM, Acme "
    "wrote:<br></div><blockquote "
    'type="cite" id="qt">Did you restart?</blockquote>',
    "mail.ru": "<HTML><BODY><p>{words}</p><br>Thu, 26 Jun 2014 14:00:51 +0400 от Acme &lt;s@acme.example&gt;:<br>"
    '<blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">Did you '
    "restart?</blockquote>"
    "</BODY></HTML>",
    "yandex": '<div>{words}</div><div> </div><div>26.06.2014, 14:41, "Acme" &lt;s@acme.example&gt;:</div><blockquote '
    'type="cite"><div>Did you restart?</div></blockquote>',
    "qq": '<div>{words}</div><div><br></div><div><includetail><div style="font-size: '
    '12px;">------------------&nbsp;原始邮件'
    '&nbsp;------------------</div><div style="font-size: '
    '12px;"><div><b>发件人:</b>&nbsp;"Acme";</div><div><b>发送时间:</b>'
    "&nbsp;2025年5月6日</div></div><div>Did you restart?</div></includetail></div>",
    "marker": '<div>{words}</div><p>Zork 6.5.2025 Acme zub:</p><div style="color:#b5b5b5">##- Reply above '
    "-##</div><p>Did you "
    "restart?</p>",
}
