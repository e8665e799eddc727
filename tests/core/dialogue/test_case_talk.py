"""What she says while a case asks, and while a person decides."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core import events as e
from bot.core.dialogue.scene import DialogueRules
from bot.service.compose import Composed
from tests.core.dialogue.books import composer_with_books
from tests.test_dialogues import Talk, check_always


class Told:
    """A talk whose every turn is checked for what no turn may break."""

    def __init__(self, rules: DialogueRules | None = None) -> None:
        self.talk = Talk(composer_with_books(rules))
        self.last: Composed | None = None

    def __call__(self, say: str = "", **does: Any) -> str:
        self.last = self.talk.turn({"say": say, **does} if say else does)
        check_always(self.last, self.talk, say)
        return "\n".join(reply.text for reply in self.last.replies)

    @property
    def action(self) -> list[str | None]:
        assert self.last is not None
        decision = self.last.decision
        return [decision.action, decision.reason, decision.role]

    @property
    def owner(self) -> str:
        return self.talk.conversation.owner

    @property
    def offered(self) -> list[str]:
        assert self.last is not None
        return [b.action for reply in self.last.replies for b in reply.buttons]

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(case.reason, case.state) for case in self.talk.cases]


# --- facts ---


def test_a_vat_invoice_knows_its_kind_from_the_words_and_asks_for_the_rest() -> None:
    told = Told()
    assert "请问paper？" in told("帮我开增值税专票")
    assert told.action == ["handoff", "invoice", "finance"]
    assert told.owner == "bot"
    assert "请问company？" in told(send="photo", media=("telegram:p1",))
    assert told.action == ["ask", None, None]
    assert "请问email？" in told("杭州星野服饰有限公司")
    assert "都记下了：杭州星野服饰有限公司" in told("没有")
    assert told.action == ["handoff", "invoice", "finance"]
    assert told.states == [("invoice", "open")]
    assert told.talk.cases[0].known["paper"] == "telegram:p1"
    assert told.talk.conversation.collecting == ""


def test_a_choice_is_taken_from_its_button_and_only_while_it_is_asked() -> None:
    told = Told()
    told("我要开发票")
    assert told.offered == ["f:1:kind", "f:2:kind"]
    assert "请问company？" in told(press="f:1:kind")
    assert told(press="f:2:kind")
    assert told.talk.cases[0].known["kind"] == "ordinary"


@pytest.mark.parametrize("action", ["f:3:kind", "f:0:kind", "f::kind", "f:1:nope", "f:x:kind", "f:"])
def test_a_button_that_names_nothing_changes_no_case(action: str) -> None:
    told = Told()
    told("我要开发票")
    before = told.talk.cases[0]
    told(press=action)
    assert told.talk.cases[0] == before


def test_a_question_in_between_is_answered_and_the_fact_asked_for_again_in_other_words() -> None:
    told = Told()
    told("我要开发票")
    first = told("你们几点上班")
    assert told.last is not None
    assert told.last.decision.topics == ("shop.hours",)
    assert "接着刚才的：请问kind？" in first
    second = told("有什么优惠活动")
    assert "接着刚才的" not in second
    assert "kind还没有记上" in second
    assert "请问company？" in told("普通发票")


def test_an_answer_in_between_may_ask_back_and_is_heard_first() -> None:
    told = Told()
    told("我要开发票")
    assert "哪个省市" in told("包邮吗")
    assert "接着刚才的：请问kind？" in told("上海")
    assert told.talk.cases[0].known.get("kind") is None


def test_another_matter_stated_in_between_is_no_company_name() -> None:
    told = Told()
    told("我要开普通发票")
    told("我要退货")
    assert "company" not in told.talk.cases[0].known
    told("招商银行上海分行")
    assert told.talk.cases[0].known["company"] == "招商银行上海分行"


def test_an_answer_that_cannot_be_read_is_asked_for_again_each_time_in_other_words() -> None:
    told = Told()
    told("我要开发票")
    first, second = told("呱唧呱唧"), told("咕噜咕噜")
    assert "没看明白" in first
    assert "还是没认出来" in second
    assert told.states == [("invoice", "collecting")]


@pytest.mark.parametrize("words", ["算了", "不用了"])
def test_never_mind_ends_it_and_nobody_is_called(words: str) -> None:
    told = Told()
    told("我要开普通发票")
    assert "先不办了" in told(words)
    assert told.states == [("invoice", "closed")]
    assert told.talk.conversation.collecting == ""
    assert any(isinstance(x, e.CaseEnded) for x in told.talk.events)
    told("我要开普通发票")
    assert told.states == [("invoice", "closed"), ("invoice", "collecting")]


def test_the_button_below_a_repeated_question_ends_it_too() -> None:
    told = Told()
    told("我要开发票")
    told("你们几点上班")
    assert "f:drop" in told.offered
    told(press="f:drop")
    assert told.states == [("invoice", "closed")]


def test_an_invoice_is_only_told_about_when_she_only_asks() -> None:
    told = Told()
    assert told("能开发票吗")
    assert told.action[0] == "answer"
    assert not told.talk.cases
    assert "inv" in told.offered
    told(press="inv")
    assert told.states == [("invoice", "collecting")]


# --- a case that becomes a talk ---


def test_a_bulk_order_is_asked_about_first_and_then_waits_for_the_specialist() -> None:
    told = Told()
    assert "请问by？" in told("我要批发40件重磅T恤")
    assert told.action == ["handoff", "bulk", "bulk_specialist"]
    assert told.owner == "bot"
    assert told.talk.cases[0].known["pieces"] == "40"
    told("12月5日")
    assert "同事" in told("要的")
    assert told.owner == "waiting"
    assert told.talk.cases[0].known | {"by": "2026-12-05", "invoice": "yes"} == told.talk.cases[0].known
    assert told.states == [("bulk", "open")]


def test_whoever_wants_a_person_at_once_gets_the_one_who_was_to_come() -> None:
    told = Told()
    told("我要批发40件重磅T恤")
    told("转人工")
    assert told.action == ["handoff", "human", "bulk_specialist"]
    assert told.owner == "waiting"
    assert told.states == [("bulk", "open")]


def test_a_complaint_while_a_case_asks_leaves_that_case_to_a_person() -> None:
    told = Told()
    told("我要开普通发票")
    told("我要投诉你们")
    assert told.owner == "waiting"
    assert told.states == [("invoice", "open"), ("complaint", "open")]


def test_how_much_was_talked_about_material_and_how_many_orders_she_has_stand_on_a_bulk_case() -> None:
    told = Told()
    for words in ("重磅T恤什么面料", "是正品吗", "有品牌授权书吗", "我要批发40件"):
        told(words)
    known = told.talk.cases[0].known
    assert int(known["talk_material"]) >= 2
    assert (known["orders_here"], known["orders_paid"]) == ("0", "0")


def test_what_she_asked_while_facts_were_collected_counts_too() -> None:
    told = Told()
    for words in ("我要批发40件重磅T恤", "重磅T恤什么面料", "是正品吗", "12月5日", "要的"):
        told(words)
    assert told.states == [("bulk", "open")]
    assert int(told.talk.cases[0].known["talk_material"]) >= 2


def test_a_bulk_order_in_words_is_worth_what_so_many_pieces_cost_at_least() -> None:
    told = Told()
    told("我要批发40件重磅T恤")
    assert told.talk.cases[0].known["goods_fen"] == str(40 * 12900)


# --- decided beside the talk ---


def insisted() -> Told:
    told = Told()
    told("重磅T恤 黑色 XL 一件")
    told("有赠品吗")
    told("送我一双袜子嘛")
    return told


def test_a_gift_insisted_on_is_decided_while_the_bot_goes_on() -> None:
    told = insisted()
    assert told.action == ["handoff", "gift", "supervisor"]
    assert told.owner == "bot"
    assert told.states == [("gift", "open")]
    known = told.talk.cases[0].known
    assert (known["wants"], known["sum"], known["missing"]) == ("送我一双袜子嘛", "¥129", "¥70")


def test_asked_for_again_no_second_case_is_opened() -> None:
    told = insisted()
    first = told("再送一双袜子吧")
    assert "已经在看了" in first
    assert told.action == ["handoff", "gift", "supervisor"]
    told("包邮吗")
    assert "已经在看了" in told("有赠品吗")
    assert told.states == [("gift", "open")]


def test_the_expected_time_is_that_of_the_one_who_decides() -> None:
    told = Told()
    told("重磅T恤 黑色 XL 一件", at="2026-11-23T23:30")
    told("有赠品吗")
    words = told("送我一双袜子嘛")
    assert "明天08:00上班" in words
    assert "预计明天09:00前" in words


def test_free_shipping_goes_the_same_way_as_a_gift() -> None:
    told = Told()
    told("男士中筒棉袜 黑色 一双")
    assert "包邮" in told("给我包邮吧")
    assert not told.talk.cases
    told("就给我包邮吧")
    assert told.states == [("gift", "open")]
    assert told.action[:2] == ["handoff", "gift"]


# --- waiting ---


def test_while_she_waits_what_is_known_is_answered() -> None:
    told = Told()
    told("转人工")
    assert "满99元" in told("包邮吗")


def test_a_shop_may_leave_everything_to_the_person_she_waits_for() -> None:
    told = Told(DialogueRules(answer_while_waiting=False))
    told("转人工")
    words = told("包邮吗")
    assert "满99元" not in words
    assert "先问我" not in words
    assert told.action[0] == "handoff"
    told(press="m:promo")
    assert told.action[0] == "handoff"
    told("不用人工了")
    assert told.owner == "bot"
    assert "满99元" in told("包邮吗")


def test_who_takes_the_bot_back_keeps_nobody_busy() -> None:
    told = Told()
    told("转人工")
    told(press="bot")
    assert told.states == [("human", "closed")]
    told("转人工")
    assert told.states == [("human", "closed"), ("human", "open")]
