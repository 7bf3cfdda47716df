"""What a person can say of an anomaly and what follows from it: the panel's buttons, the table's words, the alert on every page."""

from __future__ import annotations

from dash import html

from dashboard import format as words
from dashboard import ids
from dashboard.layout.pieces import Child, aria, button, icon, unbroken
from wattsup_core.analysis.answers import has_likes
from wattsup_core.answered import Answer
from wattsup_core.types import AnomalyEvent

LABELS = {
    Answer.PROBLEM: "It's a problem",
    Answer.MENDED: "Mended",
    Answer.EXPECTED: "That was expected",
    Answer.ALERT: "Alert me next time",
}
PILLS = {Answer.PROBLEM: "Problem", Answer.MENDED: "Mended", Answer.EXPECTED: "Expected", Answer.ALERT: "Alert set"}
EFFECTS = {
    Answer.PROBLEM: "It stays on top of the list until you say that it is mended.",
    Answer.MENDED: "It was a problem, and is over with; what it cost still counts.",
    Answer.EXPECTED: "It no longer counts as an anomaly, nor its cost.",
    Answer.ALERT: "When one like it comes again, every page says so, and it is sent to the channels of the Settings page.",
}
LIKES = " Later ones like it, at this time of the week, are taken for expected too."
ASK = "What was it? Your answer is kept and used."


def answer_bar(event: AnomalyEvent, timezone: str) -> list[Child]:
    """The buttons, pressed as the person has answered, and a sentence that says what follows; pressing again takes it back."""
    own = event.answer.answer if event.answer is not None and event.answer.is_own else None
    offered = [Answer.PROBLEM, *([Answer.MENDED] if own in {Answer.PROBLEM, Answer.MENDED} else []), Answer.EXPECTED, Answer.ALERT]
    return [
        html.Div(
            [_button(event, answer, is_pressed=answer is own) for answer in offered],
            className="answers",
            role="group",
            **aria(label="Your answer"),
        ),
        html.P(effect(event, timezone), className="answer-effect", role="status"),
    ]


def effect(event: AnomalyEvent, timezone: str) -> str:
    """What follows from what was said, in a sentence or two."""
    answer = event.answer
    if answer is None:
        return ASK
    day = words.this_day(words.local(answer.start, timezone))
    if answer.answer is Answer.ALERT and not answer.is_own:
        return f"You asked to be told of one like that of {day}: answer it to end the alert."
    if not answer.is_own:
        return f"Expected, as you said of {day}: the same time of the week, and about as large. Answer it to say otherwise."
    if not answer.holds:
        return "You said that it was expected; it has grown larger since, so it counts again."
    more = LIKES if answer.answer is Answer.EXPECTED and has_likes(event) else ""
    return EFFECTS[answer.answer] + more


def said(event: AnomalyEvent) -> str:
    """The answer in a word or three; "" where there is none."""
    answer = event.answer
    if answer is None:
        return ""
    if not answer.holds:
        return "Larger than expected"
    return "Alert" if event.is_alert else PILLS[answer.answer]


def answer_pill(event: AnomalyEvent) -> html.Span | None:
    """The answer as a word of the table; nothing where there is none."""
    if event.answer is None:
        return None
    look = "problem" if event.is_problem else "alert" if event.is_alert else "plain"
    mark = "check-lg" if event.is_expected else "bell" if event.answer.answer is Answer.ALERT else ""
    return html.Span([*([icon(mark)] if mark else []), said(event)], className=f"pill answer-pill answer-{look}")


def answer_reason(event: AnomalyEvent, timezone: str) -> str:
    """``"as you said of 3 May"`` for one that is only like what was answered; "" for any other."""
    answer = event.answer
    if answer is None or answer.is_own:
        return ""
    how = "as you said of" if answer.answer is Answer.EXPECTED else "you asked to be told of one like that of"
    return f"{how} {words.this_day(words.local(answer.start, timezone))}"


def alert_note() -> html.Div:
    """An anomaly that a person has asked to be told of, on every page; the browser fills it."""
    show = button("See why", kind="link", id=ids.ALERT_BUTTON)
    return html.Div([icon("bell"), html.Span(), show], id=ids.ALERT_NOTE, className="banner alert-note", role="status", hidden=True)


def alert_sentence(event: AnomalyEvent, timezone: str, others: int) -> str:
    """``"Spike at night, Tue 3 Feb, 02:15: you asked to be told of one like that of 27 Jan."``, and how many more there are."""
    more = f" {words.count(others, 'more is', 'more are')} waiting for your answer." if others else ""
    return unbroken(f"{event.title}, {words.when(event.start, timezone)}: {answer_reason(event, timezone)}.{more}")


def _button(event: AnomalyEvent, answer: Answer, *, is_pressed: bool) -> html.Button:
    label = [icon("bell"), LABELS[answer]] if answer is Answer.ALERT else LABELS[answer]
    return button(
        label,
        kind="primary" if is_pressed else "plain",
        id={"type": ids.ANSWER_BUTTON, "event": event.event_id, "answer": answer.value},
        **aria(pressed="true" if is_pressed else "false"),
    )
