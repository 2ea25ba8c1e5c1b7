#!/bin/sh
# Makes preact.js anew from the registry's packages, in a temporary folder. It needs npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/entry.js" "$work"
cd "$work"
npm install --silent --no-audit --no-fund preact@11.2.0 htm@3.1.1 esbuild@0.28.2
npx esbuild entry.js --bundle --format=esm --minify --legal-comments=none --log-level=warning --outfile="$here/preact.js"
cd "$here"
sha256sum preact.js >SHA256SUMS
