"""By which names the server may be asked.

A browser lets a page read what comes from the page's own name, and whoever owns a name can point it at this machine while their page is
open (DNS rebinding). The request then bears that name, which is how it is told. An address in figures points nowhere else, so each is
let in. Where WattsUp listens to other machines people reach it by names that it cannot know, and it takes any unless it was told which;
where it listens to this machine alone, it takes those of this machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from wattsup_core.settings import Settings

OF_THIS_MACHINE = "localhost"


@dataclass(frozen=True)
class Names:
    """The names that settings tell of.

    Attributes
    ----------
    known
        Those that are let in, as browsers write them.
    are_all
        Whether no other is let in, wherever the server listens.
    """

    known: frozenset[str]
    are_all: bool

    @classmethod
    def of(cls, settings: Settings) -> Names:
        """Those of the settings: the list, the address for people, and what it listens on."""
        told = (*settings.hosts, urlsplit(settings.public_url).hostname or "", settings.host)
        return cls(frozenset(_as_sent(name) for name in told if name), bool(settings.hosts))

    def let_in(self, host: str, listens_on: str) -> bool:
        """Whether a request with this ``Host`` may be answered by a server that listens on the address `listens_on`."""
        name = name_of(host)
        is_own = name == OF_THIS_MACHINE or name.endswith(f".{OF_THIS_MACHINE}")
        return is_own or _is_address(name) or name in self.known or not (self.are_all or _is_of_this_machine(listens_on))


def name_of(host: str) -> str:
    """The name in a ``Host``: without port and brackets, in small letters."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.lower().removesuffix(".")


def hint(name: str) -> str:
    """What to do to be let in who has asked for `name`."""
    return f"Ask for it by its address in figures, such as 127.0.0.1; or, if {name} is yours, start it with WATTSUP_HOSTS={name}."


def _as_sent(name: str) -> str:
    """A name as browsers write it: letters beyond ASCII in their Punycode."""
    try:
        return name.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:
        return name.lower()


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_of_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == OF_THIS_MACHINE
