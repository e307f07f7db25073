{{/* The Pod Security Standard `restricted`, for a pod … */}}
{{- define "todo-app.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* … and for each of its containers. */}}
{{- define "todo-app.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* Where a pod may run. */}}
{{- define "todo-app.scheduling" -}}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Findings of kube-score and checkov that are meant so, and why. */}}
{{- define "todo-app.findings" -}}
# The policy: see skip2. Affinity: topologySpreadConstraints spread the pods, and let two of them share a node where there is but one.
kube-score/ignore: container-image-pull-policy,deployment-has-host-podantiaffinity
checkov.io/skip1: CKV_K8S_11=no limit on the CPU, because throttling would make reminders late; the requests share it out
checkov.io/skip2: CKV_K8S_15=images have the tag of a release or a digest, which never change, and a node without the registry can still start pods
checkov.io/skip3: CKV_K8S_43=a digest can be set for each image; the chart's own release has a tag
checkov.io/skip4: CKV_K8S_35=Dapr's own names for its tokens are environment variables, and the sidecar reads them in no other way
{{- end }}

{{/*
What the injector makes the sidecar's flags of. engine/src/sidecar.ts gives the same ones to sidecars outside Kubernetes, which
tests/chart holds.
*/}}
{{- define "todo-app.daprAnnotations" -}}
{{- $dapr := .root.Values.dapr -}}
{{- $component := index .root.Values .component -}}
dapr.io/enabled: "true"
dapr.io/app-id: {{ include "todo-app.appId" .component }}
dapr.io/app-port: {{ include "todo-app.appPort" .component | quote }}
dapr.io/app-protocol: http
dapr.io/config: {{ include "todo-app.appId" .component }}
# Events and jobs that are due while the application restarts would be lost without it.
dapr.io/enable-app-health-check: "true"
dapr.io/app-health-check-path: /healthz
dapr.io/app-health-probe-interval: "1"
dapr.io/app-health-probe-timeout: "900"
dapr.io/app-health-threshold: "2"
dapr.io/max-body-size: 24Mi
dapr.io/graceful-shutdown-seconds: "5"
dapr.io/block-shutdown-duration: {{ printf "%vs" $component.shutdown.sidecarSeconds | quote }}
dapr.io/log-level: {{ $dapr.logLevel }}
dapr.io/log-as-json: "true"
dapr.io/api-token-secret: taskflow-dapr-api-token
{{- if ne .component "frontend" }}
dapr.io/app-token-secret: taskflow-app-api-token
{{- end }}
# Nobody uses the store that every sidecar has without being asked, and it would need a token of the cluster's API.
dapr.io/disable-builtin-k8s-secret-store: "true"
{{- if ne .component "frontend" }}
# The token of the cluster's API is in the sidecar alone: it reads the secret `taskflow`.
dapr.io/volume-mounts: kubernetes-api:/var/run/secrets/kubernetes.io/serviceaccount
{{- end }}
# Which of application and sidecar leaves first is set by `shutdown`; one that is an init container always leaves last.
dapr.io/enable-native-sidecar: "false"
dapr.io/sidecar-seccomp-profile-type: RuntimeDefault
{{- range $kind, $values := $dapr.resources }}
{{- range $resource, $value := $values }}
dapr.io/sidecar-{{ $resource }}-{{ trimSuffix "s" $kind }}: {{ $value | quote }}
{{- end }}
{{- end }}
dapr.io/env: {{ printf "GOMEMLIMIT=%s" $dapr.goMemoryLimit | quote }}
{{- end }}

{{- define "todo-app.tokenEnv" -}}
- name: DAPR_API_TOKEN
  valueFrom: {secretKeyRef: {name: taskflow-dapr-api-token, key: token}}
{{- if ne . "frontend" }}
- name: APP_API_TOKEN
  valueFrom: {secretKeyRef: {name: taskflow-app-api-token, key: token}}
{{- end }}
{{- end }}

{{/* A service beside its sidecar; `env` is what only this one has. */}}
{{- define "todo-app.deployment" -}}
{{- $values := index .root.Values .component -}}
{{- $keda := and (eq .component "worker") .root.Values.keda.enabled -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "todo-app.labels" . | nindent 4 }}
  annotations: {{- include "todo-app.findings" . | nindent 4 }}
spec:
  {{- if not (or $values.autoscaling.enabled $keda) }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  progressDeadlineSeconds: 300
  strategy:
    type: RollingUpdate
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
  selector:
    matchLabels: {{- include "todo-app.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "todo-app.labels" . | nindent 8 }}
      annotations: {{- include "todo-app.daprAnnotations" . | nindent 8 }}
    spec:
      serviceAccountName: {{ .component }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ $values.shutdown.graceSeconds }}
      securityContext: {{- include "todo-app.podSecurity" . | nindent 8 }}
      {{- include "todo-app.scheduling" .root | nindent 6 }}
      {{- with .root.Values.topologyKeys }}
      topologySpreadConstraints:
        {{- range . }}
        - topologyKey: {{ . }}
          maxSkew: 1
          whenUnsatisfiable: ScheduleAnyway
          # Of one version: else the pods that are about to end would count.
          matchLabelKeys: [pod-template-hash]
          labelSelector:
            matchLabels: {{- include "todo-app.selector" $ | nindent 14 }}
        {{- end }}
      {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ include "todo-app.image" . }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          ports:
            - {name: http, containerPort: {{ include "todo-app.appPort" .component }}}
          env:
            - {name: NODE_ENV, value: production}
            - {name: PORT, value: {{ include "todo-app.appPort" .component | quote }}}
            {{- include "todo-app.tokenEnv" .component | nindent 12 }}
            {{- with .env }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- with $values.env }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          # It answers once its sidecar has handed over the secrets and its database is reached.
          startupProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 120}
          readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 2}
          livenessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3}
          lifecycle: {preStop: {sleep: {seconds: {{ $values.shutdown.pauseSeconds }}}}}
          securityContext: {{- include "todo-app.containerSecurity" . | nindent 12 }}
          resources: {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
      volumes:
        - name: tmp
          emptyDir: {sizeLimit: 64Mi}
        {{- if ne .component "frontend" }}
        # As automountServiceAccountToken would make it, but mounted by the sidecar alone (dapr.io/volume-mounts).
        - name: kubernetes-api
          projected:
            sources:
              - serviceAccountToken: {path: token, expirationSeconds: 3607}
              - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
              - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
        {{- end }}
{{- end }}
