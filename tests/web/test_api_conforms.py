"""Every answer of the API is as its description says: asked by schemathesis over all resources, with a filled ledger.

Bounded in every run, whole with LONG=1. What is documented to be refused may be: words that mean nothing (422), states that changed (412),
a desk that is busy (503).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import working
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import ChecksConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from bounds import examples
from tahqiq.evidence.vault import Vault
from tahqiq.review.keys import SCOPES, new_key
from tahqiq.settings import Settings
from tahqiq.web import create_app

TAKEN = ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "422", "503"]


@pytest.fixture(scope="module")
def described(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, dict[str, str]]]:
    """The description of a desk over a small ledger with users, and a key of its admin for everything."""
    folder = tmp_path_factory.mktemp("conforming")
    ledger, _ = working.copy(whole, folder)
    app = create_app(ledger, Vault(folder / "vault"), Settings(host="testserver", api_rate=0, api_rate_address=0, most_waiting=0))
    key = {"authorization": f"Bearer {new_key(ledger, 'Admin 1', 'schemathesis', SCOPES)[1]}"}
    checks = ChecksConfig()
    checks.positive_data_acceptance.expected_statuses = TAKEN
    checks.ignored_auth.enabled = False  # every key is one's own here; test_api_asking has who may not
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(checks=checks)))
    yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=key, config=config), key
    ledger.close()


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["what is documented", "what is not"])
def test_every_answer_is_as_described(described: tuple[Any, dict[str, str]], mode: GenerationMode) -> None:
    schema, key = described
    found: dict[str, str] = {}
    asked: set[str] = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        try:
            _asked(operation, mode, key)
        except schemathesis.errors.InvalidSchema:
            raise
        except (FailureGroup, AssertionError, ExceptionGroup) as failure:
            found[operation.label] = str(failure)
        except Exception as other:  # a generator without anything to make: there is nothing to negate
            if "Unsatisfiable" not in type(other).__name__ and "negate" not in str(other).lower():
                found[operation.label] = repr(other)
        asked.add(operation.label)
    assert len(asked) >= 40
    assert not found, "\n\n".join(f"{label}: {told[:1500]}" for label, told in found.items())


def _asked(operation: Any, mode: GenerationMode, key: dict[str, str]) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples(5), deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    def ask(case: Any) -> None:
        case.call_and_validate(headers=key)

    ask()
