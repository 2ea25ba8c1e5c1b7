#!/bin/sh
# Makes the PNG icons of icon.svg, with Chromium. Run it when icon.svg has changed: sh icons.sh
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp icon.svg "$work"
# A maskable icon is cut to any shape: its ground fills the square, and the drawing keeps off the edge.
sed -e 's/ rx="15"//' -e 's/viewBox="0 0 64 64"/viewBox="-8 -8 80 80"/' \
    -e 's/<rect width="64" height="64"/<rect x="-8" y="-8" width="80" height="80"/' icon.svg >"$work/mask.svg"
draw() { # draw FILE SIZE NAME
    printf '<body style="margin:0;background:none"><img src="%s" width="%s" height="%s" style="display:block">' \
        "$1" "$2" "$2" >"$work/icon.html"
    chromium-headless-shell --no-sandbox --hide-scrollbars --default-background-color=00000000 \
        --allow-file-access-from-files --window-size="$2,$2" --screenshot="$work/out.png" \
        "file://$work/icon.html" 2>/dev/null
    cp "$work/out.png" "$3"
}
draw icon.svg 180 icon-180.png
draw icon.svg 192 icon-192.png
draw icon.svg 512 icon-512.png
draw mask.svg 512 icon-mask-512.png
