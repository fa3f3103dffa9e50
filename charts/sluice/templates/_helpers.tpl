{{- define "sluice.name" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride }}{{ else }}{{ .Release.Name }}{{ end }}
{{- end }}

{{- define "sluice.serviceAccount" -}}
{{- if .Values.serviceAccount.name }}{{ .Values.serviceAccount.name }}{{ else }}{{ include "sluice.name" . }}{{ end }}
{{- end }}

{{- /* What tells the pods of this release from all others; never changes. */ -}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ include "sluice.name" . }}
{{- end }}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: sluice
{{- if .Values.commonLabels }}
{{ toYaml .Values.commonLabels }}
{{- end }}
{{- end }}

{{- define "sluice.image" -}}
{{ .Values.image.repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ if .Values.image.tag }}{{ .Values.image.tag }}{{ else }}{{ .Chart.AppVersion }}{{ end }}{{ end }}
{{- end }}

{{- /* Which namespaces are sent to Sluice. The API server gives every namespace this label, and keeps it true. */ -}}
{{- define "sluice.namespaces" -}}
matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values:
{{- range .Values.webhooks.excludedNamespaces }}
      - {{ . | quote }}
{{- end }}
      - {{ .Release.Namespace | quote }}
{{- with .Values.webhooks.namespaceRequirements }}
{{ toYaml . | indent 2 }}
{{- end }}
{{- end }}

{{- define "sluice.inject" -}}
{{- if eq .Values.certificates.provider "cert-manager" }}
  annotations:
    cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ include "sluice.name" . }}
{{- end }}
{{- end }}

{{- /* Match conditions, which let the rows of the settings through as well. workload/match.go asks the same. */ -}}
{{- define "sluice.conditions" -}}
{{- $rows := (index . 0).Values.settings.distributions -}}
{{- toYaml (index . 1) | replace "@images@" (include "sluice.images" $rows) | replace "@words@" (include "sluice.words" $rows) }}
{{- end }}

{{- define "sluice.images" -}}
{{- range . }}{{ range .images }} || {{ splitList "*" (trimPrefix "/" .repository) | toJson }}.all(text, container.image.contains(text)){{ end }}{{ end }}
{{- end }}

{{- define "sluice.words" -}}
{{- range . }}{{ range .starts }}{{ if .anywhere }} || word.contains({{ if .program }}{{ trimSuffix ".sh" .program | quote }}{{ else }}{{ trimSuffix ".sh" .class | quote }}{{ end }}){{ end }}{{ end }}{{ end }}
{{- end }}
