"""Who may see what, when: the table of rulebook 1.3 for the objects of this slice.

The table is the rule; each object's queries enforce it by themselves. tests/property/
test_visibility.py asks the queries for every cell and compares. To add an object: a row here, and a
probe there that says what an actor gets to see of it.

A letter for each phase, in the order of PHASES: N nothing, O one's own, C how many, M metadata,
Y everything. What the public sees, everybody sees: `level` takes that into account.
"""

from collections.abc import Mapping
from typing import Final

from kernel.text import gettext_noop as _

PHASES: Final = "ABCDE"
PHASE_TITLES: Final = {
    "A": _("投标截止前"),
    "B": _("开标"),
    "C": _("评审"),
    "D": _("定标"),
    "E": _("结果公告后"),
}
PHASE_OF_STATE: Final = {
    "draft": "A",
    "review": "A",
    "approved": "A",
    "planned": "A",
    "entry_review": "A",
    "registered": "A",
    "source_publicity": "A",
    "prequalifying": "A",
    "prequal_review": "A",
    "proposing": "A",
    "proposals_review": "A",
    "announced": "A",
    "closed": "B",
    "opening": "B",
    "bidding": "B",
    "exam_ready": "C",
    "written_done": "C",
    "interview_ready": "C",
    "ranked": "D",
    "publicity": "E",
    "opened": "C",
    "evaluating": "C",
    "negotiating": "C",
    "quoting": "C",
    "ranking": "C",
    "evaluated": "D",
    "candidate_publicity": "D",
    "priced": "D",
    "winner_confirmed": "D",
    "award_notified": "E",
    "contracted": "E",
    "settled": "E",
    "certified": "E",
    "archived": "E",
}
RANKS: Final = "NOMCY"
ROLES: Final = (
    "bidder",
    "seller",
    "expert",
    "centre_ops",
    "regulator",
    "social_supervisor",
    "public",
)
OBJECTS: Final = {
    "document_takers": _("谁获取了采购文件、有几家"),
    "taker_standing": _("登记单位的资格审查意见"),
    "invited_names": _("邀请招标邀请了谁、有几家"),
    "applicants": _("谁申请了资格预审、谁合格、有几家"),
    "deposits": _("投标保证金（谁交了、何时、多少）"),
    "bid_count": _("投标家数"),
    "bidder_names": _("投标人名单"),
    "bid_ciphertext": _("投标密文（承诺、大小、时间）"),
    "bid_technical": _("投标文件·技术部分"),
    "bid_price": _("投标报价"),
    "ceiling_price": _("最高限价"),
    "reserve_price": _("底价"),
    "priority_inquiry": _("询问优先购买权人及其答复"),
    "expert_names": _("评审专家名单"),
    "individual_scores": _("专家个人评分"),
    "bid_clarification": _("评审中的澄清问答"),
    "answer_file": _("评审答复所附文件"),
    "evaluation_report": _("评审报告"),
    "rejection_reasons": _("投标无效理由"),
    "challenge": _("质疑"),
    "enquiry": _("询问"),
    "complaint": _("投诉"),
    "hall_stream": _("开标大厅直播"),
}


def _row(*letters: str) -> dict[str, str]:
    return dict(zip(ROLES, letters, strict=True))


# bidder, seller (purchaser and agency), expert, centre, regulator, social supervisor, public
VISIBILITY: Final[Mapping[str, Mapping[str, str]]] = {
    # Stricter than the rulebook for the regulator in A: until the deadline nobody at all
    # (sealing.md 6.4). Own registrations are a bidder's own affair, hence O.
    "document_takers": _row("OOOOO", "NYYYY", "NNNNN", "NYYYY", "NYYYY", "NNNNN", "NNNNN"),
    # As who took the documents; of itself a taker learns what was confirmed, of others nothing.
    "taker_standing": _row("NOOOO", "NYYYY", "NNNNN", "NYYYY", "NYYYY", "NNNNN", "NNNNN"),
    # Its own side made the list; who of them registers it learns no sooner than others (BL 22).
    "invited_names": _row("OOOOO", "YYYYY", "NNNNN", "NYYYY", "NYYYY", "NNNNN", "NNNNN"),
    # Reviewed by its own side once applications are closed, and kept by it until bids are opened.
    "applicants": _row("OOOOO", "YYYYY", "NNNNN", "NYYYY", "NYYYY", "NNNNN", "NNNNN"),
    # As who took the documents; the hall's list says of each bid whether its deposit was there.
    "deposits": _row("OOOOO", "NYYYY", "NNNNN", "NYYYY", "NYYYY", "NNNNN", "NNNNN"),
    "bid_count": _row("NYYYY", "NYYYY", "NNYYY", "NYYYY", "NYYYY", "NYYYY", "NYYYY"),
    "bidder_names": _row("OYYYY", "NYYYY", "NNYYY", "NYYYY", "NYYYY", "NYYYY", "NYYYY"),
    # Wider than the rulebook for the public from B: closing publishes the private tree, so that
    # anybody can check every commitment (sealing.md 6.2).
    "bid_ciphertext": _row("OMMMM", "NMMMM", "NMMMM", "NMMMM", "NMMMM", "NMMMM", "NMMMM"),
    "bid_technical": _row("NNNNN", "NNNNN", "NNYYY", "NNNNN", "NNYYY", "NNNNN", "NNNNN"),
    # One stage; where the price is opened by itself, its B is the second opening.
    "bid_price": _row("OYYYY", "NYYYY", "NNYYY", "NYYYY", "NYYYY", "NYYYY", "NYYYY"),
    "ceiling_price": _row(*["YYYYY"] * 7),
    # Where land is sold by tender: nobody at all before the report is handed in, its owner, who
    # wrote it, included; then it is opened on record, so that anybody can check it was not moved.
    "reserve_price": _row(*["NNNYY"] * 7),
    # Who holds a right stands in the disclosure; what was asked and answered, with the sale's side.
    "priority_inquiry": _row("NNNOO", "NNNYY", "NNNNN", "NNNNN", "NNNYY", "NNNNN", "NNNNN"),
    # Stricter than the rulebook for supervisors: members' names are secret until the result is
    # announced (M87 art. 47).
    "expert_names": _row("NNNNY", "NNYYY", "NNYYY", "NNYYY", "NNYYY", "NNNNY", "NNNNY"),
    # One's own until all are locked, then all to the committee; the report carries them on.
    "individual_scores": _row("NNNNN", "NNNYY", "NNOYY", "NNNNN", "NNNYY", "NNNNN", "NNNNN"),
    # To the supervisor of the opening: that one was asked, for which lot and when; not to whom.
    "bid_clarification": _row("NNOOO", "NNYYY", "NNYYY", "NNNNN", "NNYYY", "NNMMM", "NNNNN"),
    # Whoever reads the answer itself; a supervisor, who learns that one was asked, reads neither.
    "answer_file": _row("NNOOO", "NNYYY", "NNYYY", "NNNNN", "NNYYY", "NNNNN", "NNNNN"),
    # Members read it while they sign. Stricter than the rulebook in D: procurement publishes the
    # candidates with the result, not before (M87 art. 69).
    "evaluation_report": _row("NNNNO", "NNNYY", "NNYYY", "NNNNM", "NNNYY", "NNNNM", "NNNNM"),
    # Stricter than the rulebook's D for bidders: procurement law has each told its own reason when
    # the result is announced, and the evaluation kept secret till then (M87 arts. 66, 69). But in
    # talks, whose solution is not recommended learns so when others are asked to quote (GPR 35).
    "rejection_reasons": _row("NNNNO", "NNYYY", "NNYYY", "NNNNN", "NNYYY", "NNNYY", "NNNNN"),
    # M: that it was raised, about what and where it stands; neither by whom nor its text. To the
    # supervisor of the opening, and to centre staff.
    "challenge": _row("OOOOO", "YYYYY", "NNNNN", "MMMMM", "YYYYY", "MMMMM", "NNNNN"),
    # Read by who asked, who answers and oversight; who asked is not named to others before the
    # bidders are.
    "enquiry": _row("OOOOO", "MMYYY", "NNNNN", "NNNNN", "MMYYY", "NNNNN", "NNNNN"),
    # The side of the tender, and of suppliers whom it concerns, reads a complaint from its copy on,
    # which follows its taking up (M94 21); the decision is published.
    "complaint": _row("OOOOO", "YYYYY", "NNNNN", "NNNNN", "YYYYY", "NNNNN", "NNNNN"),
    "hall_stream": _row(*["YYYYY"] * 7),
}


def phase_of(state: str, *, has_closed: bool = False) -> str:
    """Give the phase of a tender; one that failed or was ended goes no further than B."""
    return PHASE_OF_STATE.get(state, "B" if has_closed else "A")


def level(name: str, role: str, phase: str) -> str:
    """Give what a role sees of an object in a phase: its own letter, or the public's if greater."""
    at = PHASES.index(phase)
    row = VISIBILITY[name]
    return max(row[role][at], row["public"][at], key=RANKS.index)
