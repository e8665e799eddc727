"""Counting what was told right, told wrong and refused."""

import pytest

from bot.service.evaluate import Asked, Row, evaluate, read_rows

ROWS = (
    Row("postage?", ("fee",)),
    Row("how long", ("duration", "dispatch")),
    Row("hm fee", ("fee",)),
    Row("what", ("fee",)),
    Row("I was at home", ("other",)),
    Row("that one", ("other",)),
)
ANSWERS = {
    "postage?": Asked("fee", ("fee",), "answer", 0.9),
    "how long": Asked("dispatch", ("dispatch",), "ask", 0.8),
    "hm fee": Asked("coupon", ("coupon",), "answer", 0.7),
    "what": Asked("fee", (), "clarify", 0.4),
    "I was at home": Asked("fee", ("fee",), "answer", 0.6),
    "that one": Asked(None, (), "clarify", 0.1),
}


def test_a_told_line_is_right_when_its_topic_is_among_the_labels() -> None:
    figures = evaluate(ROWS, ANSWERS.__getitem__)

    assert (figures.lines, figures.in_scope) == (6, 4)
    assert figures.topic_right == 0.75
    assert figures.told_right == 0.5
    assert figures.told_wrong == 0.25
    assert figures.refused == 0.25


def test_lines_labelled_other_are_scored_apart() -> None:
    assert evaluate(ROWS, ANSWERS.__getitem__).other_refused == 0.5


def test_small_talk_about_an_out_of_scope_line_is_no_answer() -> None:
    figures = evaluate(ROWS[4:5], lambda _: Asked("greeting", ("greeting",), "smalltalk", 0.9))

    assert figures.other_refused == 1.0


def test_the_worst_lines_are_the_surest_wrong_ones() -> None:
    figures = evaluate(ROWS, ANSWERS.__getitem__)

    assert [line.row.text for line in figures.worst] == ["hm fee", "I was at home"]
    assert figures.confusions == (("fee", "coupon", 1),)


def test_no_line_gives_no_figures_and_no_error() -> None:
    assert evaluate((), ANSWERS.__getitem__).topic_right == 0.0


def test_a_table_is_read_with_or_without_its_heading() -> None:
    expected = (Row("a b", ("x", "y")), Row("c", ("other",)))

    assert read_rows(["text\ttopics\n", "a b\tx|y\n", "\n", "c\tother\r\n"]) == expected
    assert read_rows(["a b\tx| y", "c\tother"]) == expected


@pytest.mark.parametrize("line", ["no tab here", "a\t", "a\t | "])
def test_a_line_without_topics_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_rows(["fine\tx", line])
