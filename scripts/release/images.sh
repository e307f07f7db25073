#!/usr/bin/env bash
# Builds the images for amd64 and arm64, pushes them with their SBOM and provenance, and signs them.
#
#   scripts/release/images.sh [--dry-run] REGISTRY VERSION
#
# --dry-run   prints each command and runs none
#
# It wants docker (with buildx, logged in to the registry) and cosign, which signs as whoever runs it: in GitHub Actions as the workflow.
set -euo pipefail
cd "$(dirname "$0")/../.."

dry_run=false
[[ ${1:-} != --dry-run ]] || { dry_run=true; shift; }
if (($# != 2)); then
  sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
registry=${1,,} version=${2#v}

run() {
  echo "+ $*"
  $dry_run || "$@"
}

# A version is what the chart installs: it is said in one place only.
if [[ $version != "$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)" ]]; then
  echo "package.json is not of version $version." >&2
  exit 1
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
# Docker's own builder makes images for one platform only.
run docker buildx create --name taskflow --driver docker-container --use
for service in backend worker frontend; do
  name=$registry/taskflow/$service
  run docker buildx build . --target "$service" --platform linux/amd64,linux/arm64 --tag "$name:$version" \
    --sbom=true --provenance=mode=max --metadata-file "$results/$service.json" --push
  digest='<digest>'
  $dry_run || digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' "$results/$service.json")
  run cosign sign --yes "$name@$digest"
done
