#!/bin/sh
# Reads the manifests of Dapr's chart, and writes them with one scheduler instead of three (patch.yaml).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/dapr.yaml"
cp "$here/patch.yaml" "$folder/patch.yaml"
cat > "$folder/kustomization.yaml" <<'END'
resources: [dapr.yaml]
patches:
  - path: patch.yaml
    target: {kind: StatefulSet, name: dapr-scheduler-server}
END
kubectl kustomize "$folder"
