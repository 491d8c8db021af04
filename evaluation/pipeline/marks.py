"""The members' marks: complete, in range, equal where the item is objective, then averaged."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from evaluation.pipeline.case.bids import Bid
from evaluation.pipeline.case.marks import Criterion
from evaluation.pipeline.work import ZERO, Work, mean
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from kernel.trace import WIDE


def gather_scores(work: Work) -> None:
    """Turn known scores, experts' lists and members' marks into components of the total."""
    for bid in work.valid:
        for component, score in bid.scores.items():
            _put(component, bid.name, score, work)
        for component, marks in bid.experts.items():
            _put(component, bid.name, _aggregate(component, bid.name, marks, work), work)
    _same_number_of_members(work)
    if work.case.criteria:
        _mark_by_criteria(work)
    _every_bid_has_every_component(work)
    _below_minimum(work)


def _same_number_of_members(work: Work) -> None:
    """Refuse lists of marks of different length: every member marks every bid."""
    for component in sorted({name for bid in work.valid for name in bid.experts}):
        counts = {len(bid.experts[component]) for bid in work.valid if component in bid.experts}
        if len(counts) > 1:
            message = _("各投标“%(component)s”的评委打分个数不一致：%(counts)s。")
            facts = {"component": component, "counts": "、".join(map(str, sorted(counts)))}
            raise Invalid("evaluate.members_differ", message, **facts)


def _put(component: str, bidder: str, score: Decimal, work: Work) -> None:
    known = work.components.setdefault(component, {})
    if bidder in known:
        message = _("%(bidder)s 的“%(component)s”得分给了两次。")
        raise Invalid("evaluate.score_twice", message, bidder=bidder, component=component)
    known[bidder] = score


def _aggregate(item: str, bidder: str, marks: Sequence[Decimal], work: Work) -> Decimal:
    """Average marks, leaving out as many of the highest and lowest as the document says (F13)."""
    if not marks:
        raise Invalid("evaluate.no_members", _("没有评委打分，无法评审。"))
    rule, kept = work.case.experts, sorted(marks)
    if (rule.drop_highest or rule.drop_lowest) and len(marks) >= rule.from_members:
        kept = kept[rule.drop_lowest : len(kept) - rule.drop_highest]
    dropped = len(marks) - len(kept)
    words = "评委打分的算术平均" if not dropped else f"去掉 {dropped} 个最高、最低分后的算术平均"
    return work.trace.number(
        "experts", bidder, f"{item}：{words}", mean(kept), work.case.rounding.score_decimals,
        marks="、".join(f"{mark:f}" for mark in sorted(marks)),
    )  # fmt: skip


def _mark_by_criteria(work: Work) -> None:
    members = sorted({m for bid in work.valid for marks in bid.marks.values() for m in marks})
    if not members:
        raise Invalid("evaluate.no_members", _("没有评委打分，无法评审。"))
    for bid in work.valid:
        _no_unknown_criterion(bid, work.case.criteria)
        for component in dict.fromkeys(c.component for c in work.case.criteria):
            items = [c for c in work.case.criteria if c.component == component]
            _put(component, bid.name, _component(items, bid, members, work), work)


def _no_unknown_criterion(bid: Bid, criteria: Sequence[Criterion]) -> None:
    if unknown := sorted(set(bid.marks) - {criterion.code for criterion in criteria}):
        message = _("%(bidder)s 有评分办法中没有的评分项：%(items)s。")
        raise Invalid(
            "evaluate.unknown_criterion", message, bidder=bid.name, items="、".join(unknown)
        )


def _component(items: Sequence[Criterion], bid: Bid, members: Sequence[str], work: Work) -> Decimal:
    """Add up the items of a component; trimming may work on items or on members' totals."""
    rows = {item.code: _complete(item, bid, members) for item in items}
    for item in items:
        _flag(item, bid, rows[item.code], work)
    objective = [item for item in items if item.kind == "objective"]
    subjective = [item for item in items if item.kind == "subjective"]
    total = sum((_equal(item, bid, rows[item.code], work) for item in objective), ZERO)
    if work.case.experts.trim_level == "total" and subjective:
        sums = [sum((rows[i.code][member] for i in subjective), ZERO) for member in members]
        return total + _aggregate(items[0].component, bid.name, sums, work)
    return total + sum(
        (
            _aggregate(item.title, bid.name, list(rows[item.code].values()), work)
            for item in subjective
        ),
        ZERO,
    )


def _complete(item: Criterion, bid: Bid, members: Sequence[str]) -> Mapping[str, Decimal]:
    marks = bid.marks.get(item.code, {})
    if absent := [member for member in members if member not in marks]:
        message = _("%(bidder)s 的“%(item)s”缺少评委 %(members)s 的打分。")
        raise Invalid(
            "evaluate.mark_missing", message,
            bidder=bid.name, item=item.title, members="、".join(absent),
        )  # fmt: skip
    if beyond := [member for member in members if marks[member] > item.full]:
        message = _("%(bidder)s 的“%(item)s”满分 %(full)s，评委 %(members)s 的打分超出范围。")
        raise Invalid(
            "evaluate.mark_out_of_range", message,
            bidder=bid.name, item=item.title, full=f"{item.full:f}", members="、".join(beyond),
        )  # fmt: skip
    return {member: marks[member] for member in members}


def _equal(item: Criterion, bid: Bid, marks: Mapping[str, Decimal], work: Work) -> Decimal:
    """Take the one mark all members gave to an objective item; a difference blocks the summary."""
    if len(set(marks.values())) > 1:
        given = "、".join(f"{member} {mark:f}" for member, mark in marks.items())
        message = _("“%(item)s”是客观分，各评委对 %(bidder)s 的打分必须一致：%(given)s。")
        raise Invalid(
            "evaluate.objective_mismatch", message, item=item.title, bidder=bid.name, given=given
        )
    mark = next(iter(marks.values()))
    work.trace.note("experts", bid.name, f"{item.title}：客观分，各评委一致", f"{mark:f}")
    return mark


def _flag(item: Criterion, bid: Bid, marks: Mapping[str, Decimal], work: Work) -> None:
    """Flag a mark far from the others' mean (M87 art. 64): the member keeps it with a reason."""
    count = len(marks)
    if item.kind == "objective" or count < len(("one", "two", "three")):
        return
    total = sum(marks.values(), ZERO)
    # |mark - others' mean| > limit, times count - 1: no division where nothing stands out.
    far = work.case.experts.flag_above * item.full * (count - 1)
    if max(marks.values()) * count - total <= far and total - min(marks.values()) * count <= far:
        return
    for member, mark in marks.items():
        if abs(mark * count - total) > far:
            others = WIDE.divide(total - mark, Decimal(count - 1))
            share = abs(mark - others) / item.full
            found = {
                "bidder": bid.name,
                "criterion": item.code,
                "member": member,
                "mark": f"{mark:f}",
                "others_mean": f"{others:.2f}",
                "share": f"{share:.4f}",
            }
            work.flags.append(dict(found))
            message = _(
                "评委 %(member)s 对 %(bidder)s 的“%(criterion)s”打分与他人平均相差 %(share)s"
            )
            work.warn("mark_outlier", message, **found)


def _every_bid_has_every_component(work: Work) -> None:
    for component, scores in work.components.items():
        if absent := [bid.name for bid in work.valid if bid.name not in scores]:
            message = _("缺少“%(component)s”得分的投标：%(names)s。")
            raise Invalid(
                "evaluate.component_missing", message, component=component, names="、".join(absent)
            )


def _below_minimum(work: Work) -> None:
    """Reject who falls short of the technical minimum; its price then counts for nothing."""
    least = work.case.experts.min_total
    if least is None:
        return
    for bid in work.valid:
        total = sum((scores[bid.name] for scores in work.components.values()), ZERO)
        if total < least:
            message = _("得分 %(total)s 低于文件规定的最低分 %(least)s")
            work.reject(bid.name, "below_minimum_score", "R15", message, total=total, least=least)
