#!/bin/sh
# Tests the page, builds it anew and fails where the result differs from what is committed in ../wwwroot.
# Without npm, or where its feed cannot be reached, it says so and passes: a build of .NET needs neither.
set -eu
cd "$(dirname "$0")"

if ! command -v npm >/dev/null 2>&1; then
  echo "web: skipped, npm is not installed"
  exit 0
fi
if ! npm ping >/dev/null 2>&1; then
  echo "web: skipped, the npm feed does not answer"
  exit 0
fi
if grep -q '"resolved"' package-lock.json; then
  echo "web: package-lock.json names the host of a registry; write it with omit-lockfile-registry-resolved=true" >&2
  exit 1
fi

npm ci --no-audit --no-fund
npx tsc --noEmit
npx vitest run

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
npx vite build --outDir "$built" --emptyOutDir --logLevel warn
# What Brotli writes depends on the version of Node; that it is of its source is checked below.
if ! diff -r --exclude="*.br" "$built" ../wwwroot; then
  echo "web: ../wwwroot is not what the sources build; run: npm run build, and commit it" >&2
  exit 1
fi
npm run --silent check
