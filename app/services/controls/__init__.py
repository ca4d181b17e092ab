"""Control works: declared with agreed points, laid into lists, qualifying, stopping, rereading."""

from app.services.controls.closing import close_scoring, open_scoring
from app.services.controls.lists import lay_controls
from app.services.controls.looks import send_to_second
from app.services.controls.moving import Moved, hand_on
from app.services.controls.rules import RuleSpec, set_rule
from app.services.controls.stops import lift_stop, stop_expert
from app.services.controls.told import take_word
from app.services.controls.tries import admit, begin_try
from app.services.controls.works import AgreedPoint, declare_work, withdraw_work

__all__ = [
    "AgreedPoint",
    "Moved",
    "RuleSpec",
    "admit",
    "begin_try",
    "close_scoring",
    "declare_work",
    "hand_on",
    "lay_controls",
    "lift_stop",
    "open_scoring",
    "send_to_second",
    "set_rule",
    "stop_expert",
    "take_word",
    "withdraw_work",
]
