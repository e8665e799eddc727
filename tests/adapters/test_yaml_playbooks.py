from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.adapters.yaml_cache import ShopCache
from bot.adapters.yaml_playbooks import PARTS
from bot.core.catalogue import Text
from bot.core.orders import Flag, Status
from bot.core.playbooks import Choice, End, Fact, Outcome, Playbook, Promise, Step, Wait
from bot.service.check import own_sentences
from tests.adapters.yaml_shops import load, problem, problems, write

FULL = """\
playbooks:
  - id: gift
    title: {zh: 赠品申请, en: Gift request}
    reasons: [gift, bargain]
    talks: true
    tell: 已转给主管
    facts:
      - id: kind
        kind: choice
        ask: 要哪种发票
        label: 发票
        known_as: words
        aliases: [票种]
        choices:
          - {id: vat, label: 专票, aliases: [增值税]}
          - {id: plain, label: 普票}
      - {id: tax_no, ask: 税号, label: 税号, when: {kind: vat}, optional: yes, masked: yes}
    steps:
      - id: decide
        role: supervisor
        does: 看看能不能送
        within: 15 minutes
        remind: 7.5 minutes
        late_role: manager
        late_tell: 还在问
        outcomes:
          - id: approve
            label: 同意
            to: watch
            enter: {id: worth, kind: money, label: 价值}
            note: "赠品 {kind}"
            flag: red
            promise: {kind: coupon, words: "{worth}券", yuan: "{worth}", within: 3 days, cause: late_dispatch}
            tell: 同意了
      - id: watch
        role: agent
        does: 等签收
        within: 2 days
        late_role: supervisor
        tell: 在路上了
        when: {kind: [vat, plain], order_state: paid}
        else: gone
        waits: {status: signed, days: 15, least_days: 2, to: done, otherwise: gone}
        outcomes: [{id: signed, label: 签收了, to: done}]
    ends:
      - {id: done}
      - {id: gone, satisfaction: no, to_bot: no}
"""

FORKED = """\
playbooks:
  - id: refused
    title: 拒收
    reasons: [refused]
    said: [拒收, refused the parcel]
    steps:
      - {id: placed, when: {order_state: [none, unpaid]}, goes: done, else: look}
      - id: look
        role: agent
        does: 看看
        within: 2 hours
        late_role: supervisor
        outcomes: [{id: paid, label: 退款, to: done, opens: payout, keeps: yes}]
    ends: [{id: done}]
"""


def same(words: str) -> Text:
    return Text(words, words)


def test_every_key_of_a_playbook_reaches_the_core(tmp_path: Path) -> None:
    (book,) = load(tmp_path, FULL).playbooks
    at = "knowledge/shop.yaml:"
    worth = Fact("worth", "money", label=same("价值"), source=f"{at}30")
    promise = Promise("coupon", same("{worth}券"), yuan="{worth}", within_hours=72, cause="late_dispatch")
    approve = Outcome(
        "approve", same("同意"), "watch", worth, "赠品 {kind}", Flag.RED, promise, same("同意了"), f"{at}27"
    )
    signed = Outcome("signed", same("签收了"), "done", source=f"{at}44")
    assert book == Playbook(
        id="gift",
        title=Text("赠品申请", "Gift request"),
        reasons=("gift", "bargain"),
        talks=True,
        tell=same("已转给主管"),
        facts=(
            Fact(
                "kind",
                "choice",
                same("要哪种发票"),
                same("发票"),
                (Choice("vat", same("专票"), ("增值税",)), Choice("plain", same("普票"))),
                known_as="words",
                aliases=("票种",),
                source=f"{at}8",
            ),
            Fact(
                "tax_no",
                "text",
                same("税号"),
                same("税号"),
                when=(("kind", ("vat",)),),
                optional=True,
                masked=True,
                source=f"{at}17",
            ),
        ),
        steps=(
            Step(
                "decide",
                "supervisor",
                same("看看能不能送"),
                15,
                "manager",
                (approve,),
                same("还在问"),
                7.5,
                source=f"{at}19",
            ),
            Step(
                "watch",
                "agent",
                same("等签收"),
                2 * 8 * 60,
                "supervisor",
                (signed,),
                waits=Wait(Status.SIGNED, 15, "done", "gone", 2),
                tell=same("在路上了"),
                when=(("kind", ("vat", "plain")), ("order_state", ("paid",))),
                otherwise="gone",
                source=f"{at}35",
            ),
        ),
        ends=(End("done"), End("gone", satisfaction=False, to_bot=False)),
        source=f"{at}2",
    )


def test_a_fork_has_no_role_and_words_of_hers_may_begin_a_matter(tmp_path: Path) -> None:
    (book,) = load(tmp_path, FORKED).playbooks
    fork = book.steps[0]
    assert (fork.goes, fork.otherwise, fork.role, fork.outcomes) == ("done", "look", "", ())
    assert fork.when == (("order_state", ("none", "unpaid")),)
    assert (book.said, book.role) == (("拒收", "refused the parcel"), "agent")
    assert (book.steps[1].outcomes[0].opens, book.steps[1].outcomes[0].keeps) == ("payout", True)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "goes: done",
            "goes: gone",
            "7: playbooks[0].steps[0].goes: leads to 'gone', which is neither a step nor an e",
        ),
        ("goes: done", "goes: placed", "7: playbooks[0].steps[0].goes: passes on in a circle, by way of 'placed'"),
        (", else: look}", "}", "7: playbooks[0].steps[0].else: is missing"),
        ("else: look}", "else: look, role: agent}", "7: playbooks[0].steps[0].role: unknown key of a fork: 'role'"),
        ("    said: [拒收, refused the parcel]\n", "", "4: playbooks[0].reasons[0]: unknown reason 'refused'"),
    ],
)
def test_a_wrong_fork_is_told_with_its_line(tmp_path: Path, old: str, new: str, found: str) -> None:
    assert old in FORKED
    told = problems(tmp_path, FORKED.replace(old, new))
    assert any(line.startswith(f"knowledge/shop.yaml:{found}") for line in told), told


def test_a_shop_without_playbooks_is_a_shop(tmp_path: Path) -> None:
    assert load(tmp_path, "shop: {name: 小店}\n").playbooks == ()


def test_words_quote_the_facts_of_the_shop(tmp_path: Path) -> None:
    said = FULL.replace("tell: 同意了", "tell: '{service.days}天内给您{worth}'")
    (book,) = load(tmp_path, said, "service: {days: 5}").playbooks
    assert book.steps[0].outcomes[0].tell == same("5天内给您{worth}")


def test_the_playbook_of_a_reason_is_found(tmp_path: Path) -> None:
    shop = load(tmp_path, FULL)
    assert dict(shop.playbook_by_reason) == dict.fromkeys(("gift", "bargain"), shop.playbooks[0])


def test_the_compiled_copy_holds_playbooks(tmp_path: Path) -> None:
    shop, cache = load(tmp_path, FULL), ShopCache(tmp_path / "cache", tmp_path / "knowledge")
    cache.put(shop)
    copy = cache.get(shop.content_hash)
    assert copy is not None and copy.playbooks == shop.playbooks


def test_what_a_shopper_may_hear_is_checked_where_it_stands(tmp_path: Path) -> None:
    found = own_sentences(load(tmp_path, FULL))
    assert ("knowledge/shop.yaml", 27, "同意了") in found
    assert ("knowledge/shop.yaml", 19, "还在问") in found
    assert ("knowledge/shop.yaml", 17, "税号") in found
    assert not any(words in ("看看能不能送", "同意") for _, _, words in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: watch", "to: wach", "29: playbooks[0].steps[0].outcomes[0].to: leads to 'wach', which is neither"),
        (
            "within: 15 minutes\n        remind: 7.5 minutes",
            "within: 0 calendar days",
            "22: playbooks[0].steps[0].within: has no deadline",
        ),
        ("within: 15 minutes", "within: soon", "22: playbooks[0].steps[0].within: 'soon' is no length of time"),
        (
            "within: 15 minutes\n        remind: 7.5 minutes",
            "within: 0 minutes",
            "22: playbooks[0].steps[0].within: has no deadline",
        ),
        ("remind: 7.5 minutes", "remind: 15 minutes", "23: playbooks[0].steps[0].remind: should come before"),
        ('note: "赠品 {kind}"', 'note: "赠品 {knd}"', "31: playbooks[0].steps[0].outcomes[0].note: {knd} is no fact"),
        ("{id: done}", "{id: done}\n      - {id: never}", "47: playbooks[0].ends[1].id: nothing leads to 'never'"),
        ("when: {kind: vat}", "when: {kind: gold}", "17: playbooks[0].facts[1].when: 'kind' is never 'gold'"),
        ("when: {kind: vat}", "when: {worth: vat}", "17: playbooks[0].facts[1].when: 'worth' is no fact that is"),
        ("role: supervisor\n", "role: boss\n", "20: playbooks[0].steps[0].role: unknown role 'boss'; allowed: agent"),
        ("[gift, bargain]", "[gift, gift]", "4: playbooks[0].reasons[1]: the playbook of the reason 'gift' stands"),
        ("[gift, bargain]", "[present]", "4: playbooks[0].reasons[0]: unknown reason 'present'"),
        ("kind: coupon", "kind: voucher", "33: playbooks[0].steps[0].outcomes[0].promise.kind: unknown kind of pro"),
        ('yuan: "{worth}"', 'yuan: "{kind}"', "33: playbooks[0].steps[0].outcomes[0].promise.yuan: 'kind' is no fact"),
        ("order_state: paid", "order_state: away", "41: playbooks[0].steps[1].when: no order is ever 'away'; it may"),
        ("        else: gone\n", "", "35: playbooks[0].steps[1].else: is missing: when and else belong together"),
        ("else: gone", "else: watch", "42: playbooks[0].steps[1].else: passes on in a circle, by way of 'watch'"),
        ("tell: 在路上了", "tell: '{service.x}'", "35: playbooks: {service.x}: unknown group of facts 'service'"),
        ("status: signed", "status: closed", "43: playbooks[0].steps[1].waits.status: unknown status 'closed'"),
        ("flag: red", "flag: rot", "32: playbooks[0].steps[0].outcomes[0].flag: unknown flag 'rot'"),
        ("talks: true", "tlaks: true", "5: playbooks[0].tlaks: unknown key of a playbook: 'tlaks'; did you mean"),
    ],
)
def test_a_wrong_playbook_names_line_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in FULL
    assert problem(tmp_path, FULL.replace(old, new, 1)).startswith(f"knowledge/shop.yaml:{said}")


def test_a_step_without_outcomes_and_a_book_without_ends_are_refused(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """\
        playbooks:
          - id: x
            title: x
            reasons: [gift]
            steps: [{id: a, role: agent, does: x, within: 1 day, late_role: agent, outcomes: []}]
        """,
    )
    assert [line.removeprefix("knowledge/shop.yaml:") for line in found] == [
        "2: playbooks[0].ends: is missing",
        "5: playbooks[0].steps[0].outcomes: needs at least 1 entry",
    ]


def test_two_playbooks_for_one_reason_name_both_places(tmp_path: Path) -> None:
    folder = write(tmp_path, FULL, FULL.replace("id: gift", "id: other"))
    assert folder.is_dir()
    found = problems(tmp_path, FULL, FULL.replace("id: gift", "id: other"))
    assert found[0].endswith("the playbook of the reason 'gift' stands twice; the first is at knowledge/more.yaml:4")


# --- the documents ---

ROOT = Path(__file__).resolve().parent.parent.parent


def example(document: str, after: str) -> str:
    """The first playbook that a document shows after a heading."""
    text = (ROOT / document).read_text(encoding="utf-8").split(f"\n{after}\n", 1)[1]
    found = re.search(r"```yaml\n(playbooks:\n.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("part", sorted(PARTS))
def test_every_key_of_a_playbook_is_described(part: str) -> None:
    text = (ROOT / "knowledge/README.md").read_text(encoding="utf-8")
    section = text.split("\n## `playbooks`\n", 1)[1].split("\n## ", 1)[0]
    table = section.split("```", 2)[2]
    assert [key for key in PARTS[part].keys if f"`{key}`" not in table] == []


@pytest.mark.parametrize(
    ("document", "heading"), [("knowledge/README.md", "## `playbooks`"), ("docs/playbooks.md", "## A complete example")]
)
def test_the_examples_of_the_documents_are_proved(tmp_path: Path, document: str, heading: str) -> None:
    (book,) = load(tmp_path, example(document, heading)).playbooks
    assert (book.id, book.reasons) == ("alteration", ("aftersale",))


def test_the_fault_that_the_document_shows_is_told_like_that(tmp_path: Path) -> None:
    document = (ROOT / "docs/playbooks.md").read_text(encoding="utf-8")
    found = re.search(r"\n(knowledge/alteration\.yaml:\d+: .*)\n", document)
    assert found is not None
    wrong = example("docs/playbooks.md", "## A complete example").replace("to: sew", "to: saw", 1)
    (told,) = [line for line in problems(tmp_path, alteration=wrong) if "leads to" in line]
    assert told == found[1]
