"""Priority from impact and urgency: SOP Inquiry and Complaint, stage 2."""

import re
from pathlib import Path

import pytest
import yaml

from bot.domain.priority import parse_priorities
from bot.errors import BadPolicy

TEXT = (Path(__file__).parents[2] / "policies/priority.yml").read_text()
SAID = parse_priorities(yaml.safe_load(TEXT))


@pytest.mark.parametrize(
    ("ticket", "cues", "priority"),
    [
        (("inquiry", "general", ""), (), "low"),
        (("inquiry", "technical", ""), (), "medium"),
        (("complaint", "complaint", ""), (), "medium"),
        (("complaint", "complaint", "delivery"), (), "medium"),
        (("complaint", "complaint", "transaction"), (), "high"),  # money is at stake
        (("service", "general", "request_service"), (), "medium"),
        (("onboarding", "general", "register"), (), "low"),
        (("inquiry", "general", ""), ("business",), "high"),
        (("complaint", "complaint", "product"), ("repeat",), "high"),
        (("complaint", "complaint", "product"), ("repeat", "repeat"), "high"),  # one cue, said twice
        (("complaint", "complaint", "product"), ("repeat", "threat"), "urgent"),
        (("inquiry", "general", ""), ("danger",), "urgent"),
        (("inquiry", "general", ""), ("danger", "fraud"), "urgent"),
    ],
)
def test_what_the_company_has_decided(ticket: tuple[str, str, str], cues: tuple[str, ...], priority: str) -> None:
    assert SAID.of(*ticket, cues) == priority


def test_a_category_says_more_than_a_class_and_a_class_more_than_a_type() -> None:
    impact = "impact:\n  complaint.complaint: major\n  complaint.product: minor"
    said = parse_priorities(yaml.safe_load(TEXT.replace("impact:", impact)))
    assert said.of("complaint", "complaint", "product", ()) == "low"
    assert said.of("complaint", "complaint", "service", ()) == "high"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  danger: critical", "", "urgency: danger is missing"),
        ("danger: critical", "danger: gawat", "urgency.danger: 'gawat' is no level; known: normal, high, critical"),
        ("danger: critical", "danger: [critical]", "urgency.danger: ['critical'] is no level"),
        ("  danger:", "  anger: high\n  danger:", "urgency: 'anger' is unknown"),
        ("  service: moderate", "", "impact: service is missing"),
        ("inquiry.technical:", "inquiry.teknis:", "impact: 'inquiry.teknis' is unknown"),
        ("inquiry.technical: moderate", "inquiry.technical: besar", "impact.inquiry.technical: 'besar' is no level"),
        ("  major:", "  huge:", "matrix: must have exactly the rows minor, moderate, major"),
        ("{normal: low, high: high, critical: urgent}", "{normal: low, high: high}", "minor: critical is missing"),
        ("{normal: low,", "{normal: lowest,", "minor.normal: 'lowest' is no level; known: low, medium, high, urgent"),
        ("urgency:", "urgensi:", "urgency: must hold"),
    ],
)
def test_a_mistake_is_refused_with_its_place(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(BadPolicy, match=re.escape("policies/priority.yml, " + told)):
        parse_priorities(yaml.safe_load(TEXT.replace(old, new, 1)))
