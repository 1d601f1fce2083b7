"""Contacts, found by address key and by id.

Keeps who wrote to us. Never decides whether two addresses are one person.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, insert, select, update

from maild.desk.ports import Conflict
from maild.domain.address import Mailbox
from maild.domain.people import Contact, ContactAddress, Proof
from maild.store.inserts import insert_new
from maild.store.mapping import contact_from
from maild.store.session import Session
from maild.store.tables import contact, contact_address
from maild.store.types import key

BY_ADDRESS = (
    select(contact, contact_address.c.verified)
    .join(contact_address, contact_address.c.contact == contact.c.id)
    .where(contact_address.c.key == bindparam("address_key"))
)
BY_ID = select(contact).where(contact.c.id == bindparam("contact"))
ADDRESSES = select(contact_address.c.address, contact_address.c.verified).where(
    contact_address.c.contact == bindparam("contact")
)
PROOF = select(contact_address.c.verified).where(contact_address.c.key == bindparam("address_key"))
PROVE = (
    update(contact_address).where(contact_address.c.key == bindparam("address_key")).values(verified=bindparam("how"))
)
SET_BLOCKED = update(contact).where(contact.c.id == bindparam("wanted")).values(blocked=bindparam("blocked"))
LEARN = (
    update(contact).where(contact.c.id == bindparam("wanted")).values(language=bindparam("told"), zone=bindparam("by"))
)
ADD = insert_new(contact)
ADD_ADDRESS = insert(contact_address)


class PeopleRepository:
    """`ports.People` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, Contact] = {}
        self._by_key: dict[str, Contact | None] = {}
        self._proofs: dict[str, Proof] = {}

    def forget(self) -> None:
        """A new transaction begins: what was read before may have changed."""
        self._known.clear()
        self._by_key.clear()
        self._proofs.clear()

    def by_address(self, key_: str) -> Contact | None:
        """The contact who owns this folded address. Nobody owns the empty one, which unreadable addresses fold to."""
        if key_ not in self._by_key:
            row = self._session.row(BY_ADDRESS, {"address_key": key(key_)}) if key_ else None
            self._by_key[key_] = self._keep(contact_from(row)) if row else None
            self._proofs[key_] = Proof(row.verified) if row else Proof.NONE
        return self._by_key[key_]

    def get(self, contact: int) -> Contact:
        """The contact; KeyError when there is none."""
        if contact in self._known:
            return self._known[contact]
        row = self._session.row(BY_ID, {"contact": contact})
        if row is None:
            raise KeyError(contact)
        return self._keep(contact_from(row))

    def add(self, contact: Contact) -> Contact:
        """Store a new contact with its address; Conflict when somebody else just stored the same address."""
        values = {
            "name": contact.name,
            "address": contact.address,
            "language": contact.language,
            "zone": contact.zone,
            "blocked": contact.blocked,
        }
        stored = replace(contact, id=self._session.add_new(ADD, values))
        folded = stored.mailbox.key
        try:
            if folded:
                owned = {"key": key(folded), "contact": stored.id, "address": stored.address, "verified": ""}
                self._session.change(ADD_ADDRESS, owned)
        except self._session.IntegrityError:
            raise Conflict(f"the address of contact {stored.id} was stored meanwhile") from None
        self._by_key.pop(folded, None)
        return self._keep(stored)

    def learn(self, contact: Contact) -> Contact:
        """Write down his language and his zone as they are here; returns him."""
        self._session.change(LEARN, {"wanted": contact.id, "told": contact.language, "by": contact.zone})
        self.forget()
        return self._keep(contact)

    def addresses(self, contact: int) -> list[ContactAddress]:
        """All addresses of a contact, the one he is written to first."""
        first = self.get(contact).address
        rows = self._session.rows(ADDRESSES, {"contact": contact})
        found = [ContactAddress(address=row.address, proof=Proof(row.verified)) for row in rows]
        return sorted(found, key=lambda one: (one.address != first, one.address))

    def proof(self, key_: str) -> Proof:
        """By what this folded address is known to be its contact's; NONE also for one that is nobody's."""
        if key_ not in self._proofs:
            found = self._session.value(PROOF, {"address_key": key(key_)}) if key_ else None
            self._proofs[key_] = Proof(found or "")
        return self._proofs[key_]

    def prove(self, key_: str, proof: Proof) -> None:
        """Write down by what an address is its contact's."""
        self._session.change(PROVE, {"address_key": key(key_), "how": proof.value})
        self._proofs[key_] = proof

    def add_address(self, contact: int, address: str, proof: Proof) -> None:
        """Give a contact a further address; Conflict when somebody else was just given it."""
        values = {
            "key": key(Mailbox("", address).key), "contact": contact, "address": address, "verified": proof.value,
        }  # fmt: skip
        try:
            self._session.change(ADD_ADDRESS, values)
        except self._session.IntegrityError:
            raise Conflict(f"an address for contact {contact} was stored meanwhile") from None
        self.forget()

    def set_blocked(self, contact: int, blocked: bool) -> None:
        """Whether mail of this contact has any effect."""
        self._session.change(SET_BLOCKED, {"wanted": contact, "blocked": blocked})
        self.forget()

    def _keep(self, contact: Contact) -> Contact:
        self._known[contact.id] = contact
        return contact
