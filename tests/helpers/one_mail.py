"""One ordinary mail, for tests that are not about what is in it."""

MAIL = b"""From: Ana Silva <ana@customer.example>\r
To: support@helpdesk.example\r
Subject: =?utf-8?q?Impress=C3=A3o?=\r
Message-ID: <1@customer.example>\r
Date: Mon, 2 Nov 2026 09:00:00 +0100\r
\r
The printer burns.\r
"""
