"""What experts may see of a script: drawn from its pages, masked, under random ids."""

from app.services.anonymisation.drawing import (
    Drawing,
    draw_script,
    issue_images,
    list_scripts_to_draw,
)
from app.services.anonymisation.masking import mask_image

__all__ = ["Drawing", "draw_script", "issue_images", "list_scripts_to_draw", "mask_image"]
