"""The clocks of Russia, to be chosen by the towns that people know."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

ZONES = {
    "Europe/Kaliningrad": _("Калининград, МСК−1"),
    "Europe/Moscow": _("Москва, МСК"),
    "Europe/Samara": _("Самара, МСК+1"),
    "Asia/Yekaterinburg": _("Екатеринбург, МСК+2"),
    "Asia/Omsk": _("Омск, МСК+3"),
    "Asia/Krasnoyarsk": _("Красноярск, МСК+4"),
    "Asia/Irkutsk": _("Иркутск, МСК+5"),
    "Asia/Yakutsk": _("Якутск, МСК+6"),
    "Asia/Vladivostok": _("Владивосток, МСК+7"),
    "Asia/Magadan": _("Магадан, МСК+8"),
    "Asia/Kamchatka": _("Камчатка, МСК+9"),
}
