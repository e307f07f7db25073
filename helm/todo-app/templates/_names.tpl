{{/* What every object of a release is labelled with; `component` is backend, worker, frontend, migrate or test. */}}
{{- define "todo-app.labels" -}}
{{ include "todo-app.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: taskflow
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "todo-app.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{/* Dapr's names for the services: components, access control and the services' own code use them. */}}
{{- define "todo-app.appId" -}}
{{ eq . "backend" | ternary "backend-service" . }}
{{- end }}

{{- define "todo-app.appPort" -}}
{{ index (dict "backend" 3000 "worker" 3001 "frontend" 3002) . }}
{{- end }}

{{- define "todo-app.image" -}}
{{- $image := (index .root.Values .component).image -}}
{{- $name := list .root.Values.image.registry $image.repository | compact | join "/" -}}
{{- if $image.digest }}{{ $name }}@{{ $image.digest }}{{ else }}{{ $name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "todo-app.publicUrl" -}}
{{- if .Values.publicUrl }}{{ .Values.publicUrl }}
{{- else if .Values.ingress.enabled }}{{ empty .Values.ingress.tlsSecret | ternary "http" "https" }}://{{ .Values.ingress.host }}
{{- else if .Values.gateway.enabled }}{{ .Values.gateway.scheme }}://{{ .Values.gateway.host }}
{{- else }}http://localhost:8080
{{- end }}
{{- end }}
