#!/usr/bin/env bash
# Puts TaskFlow on the cluster that kubectl points to, in order. Doing it again changes nothing, or what has changed.
#
#   k8s/apply.sh [--dry-run] [--three-schedulers] [-- OPTIONS OF HELM FOR helm/todo-app]
#
# --dry-run            prints each command and runs none
# --three-schedulers   leaves Dapr's scheduler as its chart has it: for clusters with several nodes
#
# DAPR_CHART and STRIMZI_CHART take other charts, such as files for a cluster without a way to the internet.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
prefix=$root/
[[ $PWD != "$root" ]] || prefix=./
k8s=${prefix}k8s

dry_run=false
schedulers=1
while (($#)); do
  case $1 in
    --dry-run) dry_run=true ;;
    --three-schedulers) schedulers=3 ;;
    --) shift; break ;;
    *) echo "There is no option $1. $(sed -n '4s/^# *//p' "$k8s/apply.sh")" >&2; exit 2 ;;
  esac
  shift
done

run() {
  echo "+ $*"
  $dry_run || "$@"
}

# The secrets are nobody's but yours: none is made here.
need_secret() {
  local name=$1 key; shift
  for key; do
    $dry_run || kubectl get secret "$name" --namespace taskflow --output "jsonpath={.data['$key']}" 2>/dev/null | grep -q . || {
      echo "The secret $name in the namespace taskflow has no key $key, or is not there: make it as helm/todo-app/README.md, section \"Secrets\", says, and start again." >&2
      exit 1
    }
  done
}

echo "1. Namespaces, and the secrets in them"
run kubectl apply -f "$k8s/namespaces.yaml" -f "$k8s/dapr/components/namespace.yaml"
need_secret taskflow database-url auth-secret statestore-connection-string
need_secret taskflow-dapr-api-token token
need_secret taskflow-app-api-token token

echo "2. The Strimzi operator"
run helm upgrade --install strimzi "${STRIMZI_CHART:-oci://quay.io/strimzi-helm/strimzi-kafka-operator}" --version 0.51.0 \
  --namespace kafka --values "$k8s/strimzi/values.yaml" --wait --timeout 10m

echo "3. Kafka"
run kubectl apply -f "$k8s/kafka/"
run kubectl wait kafka/taskflow-kafka --namespace kafka --for=condition=Ready --timeout=10m
run kubectl wait kafkatopic/tasks kafkatopic/tasks-dead-letter --namespace kafka --for=condition=Ready --timeout=5m

echo "4. Dapr's control plane"
dapr=(upgrade --install dapr "${DAPR_CHART:-dapr}" --version 1.18.2 --namespace dapr-system --values "$k8s/dapr-system/values.yaml" --wait --timeout 10m)
[[ -n ${DAPR_CHART:-} ]] || dapr+=(--repo https://dapr.github.io/helm-charts)
if ((schedulers == 1)); then
  # Helm 3 takes a program as post-renderer, Helm 4 a plugin's name.
  case $(helm version --short 2>/dev/null || echo v4) in
    v3*) run helm "${dapr[@]}" --post-renderer "$root/k8s/dapr-system/single-scheduler/render.sh" ;;
    *) run env HELM_PLUGINS="$root/k8s/dapr-system" helm "${dapr[@]}" --post-renderer single-scheduler ;;
  esac
else
  run helm "${dapr[@]}" --set dapr_scheduler.cluster.storageSize=16Gi
fi

echo "5. Dapr's components, subscriptions and configurations"
run kubectl apply -f "$k8s/dapr/components/" -f "$k8s/dapr/"

echo "6. TaskFlow"
run helm upgrade --install todo-app "${prefix}helm/todo-app/" --namespace taskflow --wait --timeout 10m "$@"
run helm test todo-app --namespace taskflow
