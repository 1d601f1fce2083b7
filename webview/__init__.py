"""The portal: a small Flask site where customers look a ticket up, read it and reopen it.

Views parse a form, call the desk and map its refusals to a page; no rule of the business is here.
"""

from webview.factory import create_app
from webview.portal import Portal

__all__ = ["Portal", "create_app"]
