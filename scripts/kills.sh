#!/usr/bin/env bash
# Kills a short training at random moments (seeded), 100 times or as often as the argument says, and prints how many resumed runs ended with
# the bits of an undisturbed one. Fails at the first that does not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/GeneratingImages.Tests -c Release -v quiet
GENIMG_KILLS=${1:-100} exec dotnet tests/GeneratingImages.Tests/bin/Release/net10.0/GeneratingImages.Tests.dll \
  --filter-class GeneratingImages.Tests.Runner.KillTests --show-live-output on
