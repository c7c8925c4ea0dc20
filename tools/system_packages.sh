#!/usr/bin/env bash
# Chromium and PostgreSQL for the tests that need them: installed with CI=true or SYSTEM=1, else named with the command.
set -u
missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "${CI:-}" != true ] && [ "${SYSTEM:-}" != 1 ]; then
  echo "NOT INSTALLED: ${missing[*]}; their tests are skipped. Install: apt-get install ${missing[*]}   (or: make test SYSTEM=1)"
  exit 0
fi
command -v apt-get >/dev/null || { echo "cannot install ${missing[*]}: there is no apt-get here; install them by hand" >&2; exit 1; }
run=()
[ "$(id -u)" -eq 0 ] || run=(sudo)
export DEBIAN_FRONTEND=noninteractive
for try in 1 2 3; do
  if "${run[@]}" apt-get update -qq && "${run[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
    exit 0
  fi
  sleep 5
done
echo "could not install ${missing[*]}" >&2
exit 1
