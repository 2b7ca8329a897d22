#!/usr/bin/env bash
# Tests of the report in a real browser. Debian's chromium is installed if it is absent and apt can do it; otherwise they are skipped, loudly.
set -euo pipefail
if ! command -v chromium > /dev/null && command -v apt-get > /dev/null && [ "$(id -u)" -eq 0 ]; then
  apt-get install -y --no-install-recommends chromium > /dev/null 2>&1 || { apt-get update > /dev/null 2>&1 && apt-get install -y --no-install-recommends chromium > /dev/null 2>&1; } || true
fi
if ! command -v chromium > /dev/null; then
  message='SKIPPED: npm run test:report: chromium is not installed and cannot be installed here. Nothing has opened the report in a browser.'
  printf '\n%s\n%s\n%s\n\n' "${message//?/*}" "$message" "${message//?/*}"
  exit 0
fi
exec npx jest --ci --coverage=false --reporters=default --testPathIgnorePatterns=/node_modules/ --runInBand test/browser/ "$@"
