{{- define "handfast.masterKeySecret" -}}
{{- default (printf "%s-master-key" (include "handfast.fullname" .)) .Values.secrets.masterKey.existingSecret -}}
{{- end -}}

{{- define "handfast.adminSecret" -}}
{{- default (printf "%s-admin" (include "handfast.fullname" .)) .Values.secrets.admin.existingSecret -}}
{{- end -}}

{{- define "handfast.databaseSecret" -}}
{{- default (printf "%s-database" (include "handfast.fullname" .)) .Values.secrets.database.existingSecret -}}
{{- end -}}

{{- /*
A Secret that is generated once: what the cluster already has under this name and key stays.
Arguments: root, name, key, generated, and optionally more, a map of values that are no secrets.
*/ -}}
{{- define "handfast.generatedSecret" -}}
{{- $existing := (lookup "v1" "Secret" .root.Release.Namespace .name) | default dict -}}
{{- $data := $existing.data | default dict -}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "handfast.labels" .root | nindent 4 }}
  annotations:
    helm.sh/resource-policy: keep
type: Opaque
data:
  {{- range $key, $value := .more | default dict }}
  {{ $key }}: {{ $value | b64enc }}
  {{- end }}
  {{ .key }}: {{ get $data .key | default (.generated | b64enc) }}
{{- end -}}
