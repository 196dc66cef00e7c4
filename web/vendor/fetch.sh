#!/bin/sh
# Fetch what is vendored here anew, by npm's own client; then compare with README.md, where versions and sums stand.
# Only the paths in imports are rewritten: the page has no build step and its policy allows no import map.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

fetch() { # name version: unpacks into $work/package
  rm -rf "$work/package"
  (cd "$work" && npm pack --silent "$1@$2" >/dev/null && tar xzf "$1-$2.tgz")
}

take() { # from to name version licence
  { printf '/*! %s %s, %s, see LICENSE.txt beside it */\n' "$3" "$4" "$5"; sed '/^\/\/# sourceMappingURL=/d' "$work/package/$1"; } >"$2"
}

fetch preact 11.2.0
take dist/preact.mjs preact/preact.js preact 11.2.0 MIT
take hooks/dist/hooks.mjs preact/hooks.js preact 11.2.0 MIT
sed 's|from"preact"|from"./preact.js"|' preact/hooks.js >"$work/hooks" && cp "$work/hooks" preact/hooks.js
cp "$work/package/LICENSE" preact/LICENSE.txt

fetch htm 3.1.1
take dist/htm.mjs htm/htm.js htm 3.1.1 Apache-2.0
cp "$work/package/LICENSE" htm/LICENSE.txt

fetch eventsource-parser 4.1.3
for file in index parse errors; do
  take "dist/$file.js" "eventsource-parser/$file.js" eventsource-parser 4.1.3 MIT
done
cp "$work/package/LICENSE" eventsource-parser/LICENSE.txt

fetch diff 9.0.0
for file in diff/line diff/base util/params; do
  take "libesm/$file.js" "diff/${file##*/}.js" diff 9.0.0 BSD-3-Clause
done
sed "s|from '../util/params.js'|from './params.js'|" diff/line.js >"$work/line" && cp "$work/line" diff/line.js
cp "$work/package/LICENSE" diff/LICENSE.txt

sha256sum ./*/* | sed 's|\./||'
