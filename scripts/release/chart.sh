#!/usr/bin/env bash
# Packs the chart, pushes it to a registry and signs it.
#
#   scripts/release/chart.sh [--dry-run] REGISTRY VERSION
#
# --dry-run   packs it, prints the other commands and runs none of them
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

chart=helm/todo-app
for field in version appVersion; do
  if [[ $version != "$(sed -n "s/^$field: *//p" $chart/Chart.yaml)" ]]; then
    echo "$chart/Chart.yaml: $field is not $version." >&2
    exit 1
  fi
done

packed=$(mktemp -d)
trap 'rm -rf "$packed"' EXIT
helm package $chart --destination "$packed"
pushed=$(run helm push "$packed/todo-app-$version.tgz" "oci://$registry/charts" 2>&1)
echo "$pushed"
digest='<digest>'
$dry_run || digest=$(sed -n 's/^Digest: *//p' <<<"$pushed")
run cosign sign --yes "$registry/charts/todo-app@$digest"
