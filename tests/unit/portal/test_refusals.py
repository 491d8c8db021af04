"""The list of refusals is what the code raises."""

from portal.refusals import Refusal, refusals

SOURCE = '''
class Busy(DomainError):
    """No more now."""

    status = 503


class Worse(Invalid):
    """Extends a kind without saying another answer."""


def refuse(name):
    message = _("先登录。")
    if name:
        raise Conflict("thing.taken", message, name=name)
    if message:
        raise Busy("thing.busy", _("请稍后再试。"))
    if SILENT:
        raise Worse("thing.worse", chosen())
    raise Denied(f"{name}.denied", _("不可以。"))
'''


def test_a_refusal_is_listed_with_its_answer_and_its_sentence(tmp_path):
    (tmp_path / "trading").mkdir()
    (tmp_path / "trading" / "rules.py").write_text(SOURCE, encoding="utf-8")
    listed = [found for found in refusals(tmp_path) if not found.code.startswith("seal.")]
    assert listed == [
        Refusal("*.denied", 403, "不可以。"),
        Refusal("thing.busy", 503, "请稍后再试。"),
        Refusal("thing.taken", 409, "先登录。"),
        Refusal("thing.worse", 422, ""),
    ]


def test_where_one_place_has_the_sentence_and_another_has_not_it_is_shown(tmp_path):
    (tmp_path / "kernel").mkdir()
    text = 'def a():\n raise Invalid("x.y", _("说明"))\ndef b():\n raise Invalid("x.y", found())\n'
    (tmp_path / "kernel" / "rules.py").write_text(text, encoding="utf-8")
    assert Refusal("x.y", 422, "说明") in refusals(tmp_path)


def test_a_name_given_another_sentence_later_says_what_it_was_given_before(tmp_path):
    (tmp_path / "kernel").mkdir()
    lines = ('m = _("一")', 'raise Invalid("x.a", m)', 'm = _("二")', 'raise Invalid("x.b", m)')
    text = "def a():\n" + "".join(f" {line}\n" for line in lines)
    (tmp_path / "kernel" / "rules.py").write_text(text, encoding="utf-8")
    listed = {found.code: found.message for found in refusals(tmp_path)}
    assert (listed["x.a"], listed["x.b"]) == ("一", "二")
