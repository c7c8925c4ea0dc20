"""How incidents, numbers and grades are made, for readers of the public site: one page that prints, in the words of the interface."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.codebook import load_codebook
from tahqiq.ledger.publications import Asked
from tahqiq.protection import DECIMALS
from tahqiq.publishing.versions import method_versions
from tahqiq.web.contexts import Grade
from tahqiq.web.public.contexts import MethodPage
from tahqiq.web.public.site import public_page, site_of, wording_of
from tahqiq.web.wording import Wording

router = APIRouter()
RULES = (
    "single", "agreed", "most_independent", "allowed_by_most", "latest", "conservative",
    "acled_lowest", "none_told", "ucdp_part", "ucdp_sum_of_groups", "airwars_lowest_to_highest", "airwars_named",
)  # fmt: skip
VIEWS = ("acled", "ucdp", "airwars")
VERSIONS = ("software", "codebook", "rules", "grades", "weights", "protection", "readers")


def anchor(rule: str) -> str:
    """Where on the page a rule is explained; empty where it is not."""
    for name in (rule, rule.partition("_")[2]):
        if name in RULES:
            return f"rule-{name}"
    return ""


@router.get("/public/methodology")
def methodology(request: Request) -> Response:
    return public_page(request, "public-method.html", method_page(request, wording_of(request)))


def method_page(request: Request, wording: Wording) -> MethodPage:
    def part(name: str) -> str:
        if name.startswith("pack "):
            return wording("public.version.pack", language=wording.language_name(name.removeprefix("pack ")))
        return wording(f"public.version.{name}")

    grades = load_codebook().closed("grades")
    return MethodPage(
        rules=tuple((name, wording(f"rule.{name}"), wording(f"public.rule.{name}")) for name in RULES),
        grades=tuple(
            (Grade(code, wording.grade_letter(code), wording.label("grades", code)), wording(f"public.grade.{code}"))
            for code in grades
            if wording.has(f"public.grade.{code}")
        ),
        views=tuple((name, wording(f"public.view.{name}")) for name in VIEWS),
        versions=tuple((part(name), version) for name, version in method_versions().items()),
        precisions=tuple(
            (wording.label("precisions", name), wording("public.decimals", n=places)) for name, places in DECIMALS["public"].items()
        ),
        total=site_of(request).ledger.publications.ask(Asked(limit=1))[1],
    )
