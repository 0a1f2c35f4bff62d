#!/usr/bin/env bash
# Builds everything in Release and runs every test, those of category Shared where ../shared is; closes with the line "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export TESTINGPLATFORM_TELEMETRY_OPTOUT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build ML.Extensions.sln -c Release || { echo "0 passed, 1 failed"; exit 1; }
filter=()
[ -d ../shared ] || { filter=(--filter "TestCategory!=Shared"); echo "../shared is not here: the tests of category Shared are left out."; }
log=$(mktemp)
dotnet test --solution ML.Extensions.sln -c Release --no-build --max-parallel-test-modules 1 --no-ansi --progress off "${filter[@]}" 2>&1 | tee "$log"
rc=${PIPESTATUS[0]}
awk '/^Test run summary/{s=1} s&&$1=="failed:"{f=$2} s&&$1=="succeeded:"{p=$2} s&&$1=="skipped:"{k=$2} END{printf "%d passed, %d failed, %d skipped\n",p,f,k; exit p+0==0}' "$log" || rc=1
rm -f "$log"
exit "$rc"
