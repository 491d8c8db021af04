"""What a complaint passes through before it can be decided against somebody."""

from trading import services
from trading.models import Complaint


def heard(story, number):
    """Copies are sent to those it is against, and the purchaser and its agency explain, where the
    law has it so.
    """
    found = Complaint.objects.get(code=number)
    if found.copied_at is not None:
        return found
    given = {"code": story.code, "number": number, "at": story.at}
    services.copy_complaint(actor=story.world.actor("wang", story.at), **given)
    said = "评审委员会按照采购文件评审，投诉事项与事实不符。"
    for name in ("lin", "sun"):
        actor = story.world.actor(name, story.at)
        services.explain_complaint(actor=actor, explanation=said, **given)
    return Complaint.objects.get(code=number)
