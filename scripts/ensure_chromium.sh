#!/bin/sh
# The browser tests drive the system's own Chromium; Playwright downloads none.
set -eu

advice="Install it (Debian: sudo apt-get install chromium, macOS: brew install --cask chromium) and run make test again."

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    # Asked, not just looked up: Ubuntu's chromium-browser may be a stub that only prints advice.
    if command -v "$name" >/dev/null 2>&1 && "$name" --version >/dev/null 2>&1; then exit 0; fi
done
for app in "Google Chrome" Chromium; do
    if [ -x "/Applications/$app.app/Contents/MacOS/$app" ]; then exit 0; fi
done

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "The browser tests need Chromium or Chrome, and none was found. $advice" >&2
    exit 1
fi

echo "Installing Chromium for the browser tests"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update && apt-get install -y chromium; } >"$log" 2>&1; then
    echo "Chromium could not be installed ($(grep '^E:' "$log" | tail -n 1)). $advice" >&2
    exit 1
fi
