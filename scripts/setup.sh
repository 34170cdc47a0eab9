#!/bin/sh
# Make or refresh .venv from the hash-locked requirements. Usage: scripts/setup.sh core|test|dev|spark
# Takes uv if it is there and works, else venv + pip. Says in one line which was used.
set -eu
cd "$(dirname "$0")/.."
what=${1:-core}
compile=
case "$what" in
    core) lock=requirements.txt ;;
    # A third of pip's time goes into compiling modules, of which the tests import a few.
    test) lock=requirements-test.txt compile=--no-compile ;;
    dev) lock=requirements-dev.txt compile=--no-compile ;;
    spark) lock=requirements-spark.txt ;; # on top of core or dev
    *) echo "setup.sh: core, test, dev or spark" >&2; exit 2 ;;
esac
stamp=.venv/.cakup-$what
content() { cat requirements-build.txt "$1" pyproject.toml | sha256sum | cut -d' ' -f1; }
wanted=$(content "$lock")
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi

find_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'; then
            command -v "$name"; return
        fi
    done
    echo "Cakup memerlukan Python 3.11, 3.12, atau 3.13. / Cakup needs Python 3.11, 3.12 or 3.13." >&2
    exit 1
}
python=$(find_python)

with_uv() {
    command -v uv >/dev/null 2>&1 || return 1
    { [ -x .venv/bin/python ] || uv venv -q --python "$python" .venv; } &&
        uv pip install -q --python .venv/bin/python --require-hashes -r requirements-build.txt -r "$lock" &&
        uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
}
make_venv() {
    [ -x .venv/bin/pip ] && return 0
    rm -rf .venv
    "$python" -m venv .venv 2>/dev/null && return 0
    rm -rf .venv
    # Debian keeps ensurepip in a package of its own.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq >/dev/null && apt-get install -qq -y python3-venv >/dev/null &&
            "$python" -m venv .venv && return 0
    fi
    echo "Pasang python3-venv lebih dahulu: apt install python3-venv / Install python3-venv first." >&2
    return 1
}
with_pip() {
    make_venv &&
        .venv/bin/pip install -q $compile --disable-pip-version-check --require-hashes \
            -r requirements-build.txt -r "$lock" &&
        .venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
}

if with_uv 2>/dev/null; then
    echo "Cakup: pemasangan selesai dengan uv ($what)." >&2
elif with_pip; then
    echo "Cakup: pemasangan selesai dengan venv + pip ($what)." >&2
else
    echo "Cakup: pemasangan gagal; periksa jaringan lalu ulangi perintah yang sama." >&2
    exit 1
fi
[ "$what" = spark ] || rm -f .venv/.cakup-*
printf '%s' "$wanted" > "$stamp"
# Each of core, test and dev holds those before it.
[ "$what" = dev ] && content requirements-test.txt > .venv/.cakup-test
case "$what" in test | dev) content requirements.txt > .venv/.cakup-core ;; esac
