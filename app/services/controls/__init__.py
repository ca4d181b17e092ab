"""Control works: declared with agreed points, laid into lists, qualifying, stopping, rereading."""

from app.services.controls.lists import lay_controls
from app.services.controls.looks import send_to_second
from app.services.controls.rules import RuleSpec, set_rule
from app.services.controls.stops import lift_stop, stop_expert
from app.services.controls.told import take_word
from app.services.controls.tries import admit, begin_try
from app.services.controls.works import AgreedPoint, declare_work, withdraw_work

__all__ = [
    "AgreedPoint",
    "RuleSpec",
    "admit",
    "begin_try",
    "declare_work",
    "lay_controls",
    "lift_stop",
    "send_to_second",
    "set_rule",
    "stop_expert",
    "take_word",
    "withdraw_work",
]
