"""People log in, get accounts and roles from the level above, and change their passwords."""

from __future__ import annotations

from app.services.accounts.factors import (
    FactorBox,
    drop_factor,
    give_factor,
    reset_factor,
    set_factor,
)
from app.services.accounts.hashing import hash_password
from app.services.accounts.keys import choose_keys
from app.services.accounts.logins import (
    LOCK,
    MOST_FAILURES,
    MOST_OF_ADDRESS,
    Knock,
    choose_locale,
    choose_theme,
    knock,
    log_in,
    seconds_to_wait,
)
from app.services.accounts.passwords import (
    PASSWORD_ALPHABET,
    SHORTEST_PASSWORD,
    FirstPassword,
    change_password,
    reset_password,
)
from app.services.accounts.people import (
    close_account,
    create_account,
    issue_first_passwords,
    make_school_coordinators,
    reopen_account,
    set_up_installation,
)
from app.services.accounts.places import NOWHERE, Place
from app.services.accounts.roles import grant_role, revoke_role
from app.services.accounts.sessions import (
    end_own_session,
    end_sessions,
    log_out,
    renew_session,
    revoke_sessions,
)

__all__ = [
    "LOCK",
    "MOST_FAILURES",
    "MOST_OF_ADDRESS",
    "NOWHERE",
    "PASSWORD_ALPHABET",
    "SHORTEST_PASSWORD",
    "FactorBox",
    "FirstPassword",
    "Knock",
    "Place",
    "change_password",
    "choose_keys",
    "choose_locale",
    "choose_theme",
    "close_account",
    "create_account",
    "drop_factor",
    "end_own_session",
    "end_sessions",
    "give_factor",
    "grant_role",
    "hash_password",
    "issue_first_passwords",
    "knock",
    "log_in",
    "log_out",
    "make_school_coordinators",
    "renew_session",
    "reopen_account",
    "reset_factor",
    "reset_password",
    "revoke_role",
    "revoke_sessions",
    "seconds_to_wait",
    "set_factor",
    "set_up_installation",
]
