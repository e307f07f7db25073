#!/usr/bin/env bash
# Puts a released version on the cluster of docs/oke.md, which is made if it is not there.
#
#   scripts/release/deploy-oke.sh [--dry-run] REGISTRY VERSION
#
# --dry-run   prints each command and runs none
#
# It wants oci with its configuration, kubectl, helm, and in the environment OCI_COMPARTMENT; the secrets are in the cluster
# (docs/quickstart.md, step 2).
set -euo pipefail
cd "$(dirname "$0")/../.."

options=()
[[ ${1:-} != --dry-run ]] || { options=(--dry-run); shift; }
if (($# != 2)); then
  sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
registry=${1,,} version=${2#v}
: "${OCI_COMPARTMENT:?is the OCID of the compartment that has the cluster}"

plan=()
((${#options[@]} == 0)) || plan=(--plan)
node scripts/oke/main.ts --compartment "$OCI_COMPARTMENT" "${plan[@]}"
k8s/apply.sh "${options[@]}" -- --values helm/todo-app/values-oke.yaml \
  --set image.registry="$registry" --set image.tag="$version"
