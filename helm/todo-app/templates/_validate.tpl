{{/* What a schema cannot say: settings that do not go together, and secrets that are not there. Each refusal is a sentence. */}}
{{- define "todo-app.validate" -}}
{{- if and .Values.ingress.enabled .Values.gateway.enabled -}}
{{- fail "ingress.enabled and gateway.enabled are both true: TaskFlow has one address, so choose one of them." -}}
{{- end -}}
{{- if and .Values.worker.autoscaling.enabled .Values.keda.enabled -}}
{{- fail "worker.autoscaling.enabled and keda.enabled are both true: two autoscalers would fight over the worker, so choose one of them." -}}
{{- end -}}
{{- range $name := list "backend" "worker" "frontend" -}}
{{- $values := index $.Values $name -}}
{{- $autoscaling := $values.autoscaling -}}
{{- if gt (int $autoscaling.minReplicas) (int $autoscaling.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas is %v, more than maxReplicas, %v." $name $autoscaling.minReplicas $autoscaling.maxReplicas) -}}
{{- end -}}
{{- $shutdown := $values.shutdown -}}
{{- $sidecar := add (int $shutdown.sidecarSeconds) 5 -}}
{{- $needed := add (max $sidecar (int $shutdown.pauseSeconds)) 5 -}}
{{- if lt (int $shutdown.graceSeconds) (int $needed) -}}
{{- fail (printf "%s.shutdown.graceSeconds is %v, but pause and sidecar need %v: the pod would be killed before it has ended." $name $shutdown.graceSeconds $needed) -}}
{{- end -}}
{{- end -}}
{{- $backend := .Values.backend.shutdown -}}
{{- if ge (int $backend.sidecarSeconds) (int $backend.pauseSeconds) -}}
{{- fail (printf "backend.shutdown.sidecarSeconds is %v, not less than pauseSeconds, %v: calls would still come in through the sidecar when the backend has gone." $backend.sidecarSeconds $backend.pauseSeconds) -}}
{{- end -}}
{{- if gt (int .Values.keda.minReplicas) (int .Values.keda.maxReplicas) -}}
{{- fail (printf "keda.minReplicas is %v, more than maxReplicas, %v." .Values.keda.minReplicas .Values.keda.maxReplicas) -}}
{{- end -}}
{{- include "todo-app.validateCluster" . -}}
{{- end -}}

{{/*
Only where there is a cluster to ask: every namespace has the account `default`. `helm template` and GitOps see nothing here; in a new
namespace neither does an install, and the migration finds the secret missing.
*/}}
{{- define "todo-app.validateCluster" -}}
{{- if lookup "v1" "ServiceAccount" .Release.Namespace "default" -}}
{{- if not (.Capabilities.APIVersions.Has "dapr.io/v1alpha1/Configuration") -}}
{{- fail "Dapr is not in this cluster: install its control plane first (k8s/apply.sh does, with k8s/dapr-system/values.yaml)." -}}
{{- end -}}
{{- $wanted := list (list "taskflow" (list "database-url" "auth-secret" "statestore-connection-string")) -}}
{{- $wanted = append $wanted (list "taskflow-dapr-api-token" (list "token")) -}}
{{- $wanted = append $wanted (list "taskflow-app-api-token" (list "token")) -}}
{{- with .Values.worker.webhook.existingSecret -}}{{- $wanted = append $wanted (list . (list "url" "secret")) -}}{{- end -}}
{{- with .Values.test.existingSecret -}}{{- $wanted = append $wanted (list . (list "email" "password")) -}}{{- end -}}
{{- range $wanted -}}
{{- $name := first . -}}
{{- $secret := lookup "v1" "Secret" $.Release.Namespace $name -}}
{{- if not $secret -}}
{{- fail (printf "The secret %s is not in the namespace %s: make it first, with the keys %s (README.md, section \"Secrets\")." $name $.Release.Namespace (join ", " (last .))) -}}
{{- end -}}
{{- range last . -}}
{{- if not (index ($secret.data | default dict) .) -}}
{{- fail (printf "The secret %s in the namespace %s has no key %s (README.md, section \"Secrets\")." $name $.Release.Namespace .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
