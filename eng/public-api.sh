#!/usr/bin/env bash
# Writes new public members into PublicAPI.Unshipped.txt of both libraries (RS0016).
cd "$(dirname "$0")/.." || exit 1
for d in src/Modeling src; do
  p=$(ls $d/*.csproj)
  dotnet build "$p" -v q -p:WarningsNotAsErrors=RS0016 --no-incremental -p:BuildProjectReferences=true 2>&1 \
    | grep "\[[^]]*$(basename "$p")\]" | grep -oP "RS0016: Symbol '\K.*(?=' is not part)" | sort -u > /tmp/api.$$
  { printf '#nullable enable\n'; { grep -v '^#' $d/PublicAPI.Unshipped.txt; cat /tmp/api.$$; } | grep -v '^$' | sort -u; } > /tmp/api2.$$
  cp /tmp/api2.$$ $d/PublicAPI.Unshipped.txt; rm -f /tmp/api.$$ /tmp/api2.$$
done
