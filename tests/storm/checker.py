"""What must hold after any storm. Only assertions over the evidence; nothing is run here."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from tests.storm.evidence import Evidence
from tests.storm.script import Said
from tests.storm.telegram import REPEATED, bare

LANES = 8  # sent to at once: so many messages may be in flight when the process dies


def check(evidence: Evidence) -> None:
    everything_is_stored_once(evidence)
    nothing_waits_or_died(evidence)
    everything_became_one_message(evidence)
    everything_was_answered_or_is_on_the_desk(evidence)
    order_holds(evidence)
    every_reply_arrived_in_order(evidence)
    repeats_are_marked_and_belong_to_a_kill(evidence)
    tickets_are_not_doubled(evidence)
    forms_hold_what_was_answered(evidence)


def everything_is_stored_once(evidence: Evidence) -> None:
    stored = Counter(row.key for row in evidence.inbox)
    sent = {str(s.update_id) for s in evidence.said}
    lost, doubled = sent - stored.keys(), [key for key, count in stored.items() if count > 1]
    assert not lost, f"{len(lost)} of {len(sent)} messages lost"
    assert not doubled, f"stored twice: {doubled[:5]}"
    assert stored.keys() == sent, "rows that nobody sent"


def nothing_waits_or_died(evidence: Evidence) -> None:
    states = Counter((name, row.state) for name in ("inbox", "outbox") for row in getattr(evidence, name))
    assert set(states) <= {("inbox", "done"), ("inbox", "parked"), ("outbox", "done")}, dict(states)


def everything_became_one_message(evidence: Evidence) -> None:
    heard = Counter(row.external_id for row in evidence.messages if row.direction == "in")
    wrong = {s.update_id: heard[str(s.update_id)] for s in evidence.said if heard[str(s.update_id)] != 1}
    assert not wrong, f"messages processed not exactly once: {dict(list(wrong.items())[:5])}"


def everything_was_answered_or_is_on_the_desk(evidence: Evidence) -> None:
    """A turn writes its reply at the time of the words; words without a reply are a human's."""
    with_human = {c.id: c.case_id for c in evidence.conversations if c.handler == "human"}
    tickets = {t.id for t in evidence.tickets}
    replied = {(m.conversation_id, m.created_at) for m in evidence.messages if m.direction == "out"}
    for row in (m for m in evidence.messages if m.direction == "in"):
        answered = (row.conversation_id, row.created_at) in replied
        case = with_human.get(row.conversation_id)
        relayed = not answered and case in tickets and row.ticket_id == case
        assert answered != relayed, f"message {row.id} is stranded"
    queued = {row.message_id for row in evidence.outbox}
    assert all(m.id in queued for m in evidence.messages if m.direction == "out"), "a reply never queued"


def order_holds(evidence: Evidence) -> None:
    said = _by_chat(evidence.said)
    chats = {c.id: int(c.address) for c in evidence.conversations}
    assert len(chats) == len(set(chats.values())), "two conversations for one chat"
    arrived, heard = defaultdict(list), defaultdict(list)
    for row in evidence.inbox:
        arrived[int(row.lane.partition(":")[2])].append(row.key)
    for row in (m for m in evidence.messages if m.direction == "in"):
        heard[chats[row.conversation_id]].append(row.external_id)
    for chat, messages in said.items():
        expected = [str(s.update_id) for s in messages]
        assert arrived[chat] == expected, f"chat {chat}: stored out of order"
        assert heard[chat] == expected, f"chat {chat}: understood out of order"


def every_reply_arrived_in_order(evidence: Evidence) -> None:
    """The receipts of a chat rise, and each belongs to a message with the same words."""
    texts = {m.id: m.text for m in evidence.messages}
    sends = {str(s["message_id"]): s for s in evidence.sends}
    last: dict[str, tuple[int, int]] = {}
    for row in sorted(evidence.outbox, key=lambda r: r.message_id):
        assert row.receipt in sends, f"outbox row {row.id} has no receipt that Telegram gave"
        send = sends[row.receipt]
        assert bare(send["text"]) == texts[row.message_id], f"outbox row {row.id} sent other words"
        assert str(send["chat_id"]) == row.payload["address"], f"outbox row {row.id} went to another chat"
        place = (row.id, int(row.receipt))
        assert place > last.get(row.lane, (0, 0)) and place[1] > last.get(row.lane, (0, 0))[1], f"order: {row.lane}"
        last[row.lane] = place


def repeats(evidence: Evidence) -> list[dict[str, Any]]:
    """Sends that no receipt names: Telegram took them and the house died before it could write that down."""
    receipts = {row.receipt for row in evidence.outbox}
    return [send for send in evidence.sends if str(send["message_id"]) not in receipts]


def repeats_are_marked_and_belong_to_a_kill(evidence: Evidence) -> None:
    lost = repeats(evidence)
    hit = {send["life"] for send in lost}
    assert len(hit) <= evidence.kills and max(hit, default=0) < max(evidence.kills, 1), "repeated without a kill"
    for (life, chat), count in Counter((s["life"], s["chat_id"]) for s in lost).items():
        assert count == 1, f"chat {chat}: {count} repeats after the kill of life {life}"
    assert len(lost) <= LANES * len(hit)
    receipts = {row.receipt for row in evidence.outbox}
    for chat, sends in _by(evidence.sends, "chat_id").items():
        for send, later in itertools.pairwise(sends):
            if str(send["message_id"]) not in receipts:
                assert bare(later["text"]) == bare(send["text"]), f"chat {chat}: the repeat says something else"
                assert later["text"].startswith(REPEATED), f"chat {chat}: the repeat is not marked"


def tickets_are_not_doubled(evidence: Evidence) -> None:
    complaints = Counter(t.fields["first_message"] for t in evidence.tickets if t.type == "complaint")
    expected = [s.text for s in evidence.said if s.kind == "complaint"]
    doubled = {text: count for text, count in complaints.items() if count > 1}
    assert not doubled, f"tickets doubled: {doubled}"
    assert sorted(complaints) == sorted(expected), "a complaint without its ticket"
    for prefix, numbers in _by_prefix(t.number for t in evidence.tickets).items():
        assert numbers == list(range(1, len(numbers) + 1)), f"numbers of {prefix} have a gap or repeat"
    causes = Counter(m.ticket_id for m in evidence.messages if m.ticket_id)
    assert all(causes[t.id] for t in evidence.tickets), "a ticket without a message"


def forms_hold_what_was_answered(evidence: Evidence) -> None:
    fields = {t.fields["first_message"]: t.fields for t in evidence.tickets if t.type == "complaint"}
    first = {s.report: s.text for s in evidence.said if s.kind == "complaint"}
    for said in evidence.said:
        if said.kind in ("order_number", "wish"):
            kept = fields[first[said.report]].get(said.kind)
            assert kept == said.text, f"{said.kind} of {said.report}: {kept!r} instead of {said.text!r}"


def _by_chat(said: Iterable[Said]) -> dict[int, list[Said]]:
    chats: dict[int, list[Said]] = defaultdict(list)
    for message in said:
        chats[message.chat].append(message)
    return chats


def _by(rows: Iterable[dict[str, Any]], name: str) -> dict[Any, list[dict[str, Any]]]:
    groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


def _by_prefix(numbers: Iterable[str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        prefix, _, value = number.rpartition("-")
        groups[prefix].append(int(value))
    return {prefix: sorted(values) for prefix, values in groups.items()}
