{{- /* Values that contradict each other fail the render, with the fix in the message. */ -}}
{{- define "handfast.validate" -}}
{{- $values := .Values -}}
{{- if eq $values.database.type "h2" -}}
  {{- if $values.autoscaling.enabled -}}
    {{- fail "autoscaling.enabled: true with database.type h2 (expected: false): an H2 file has one writer. Set autoscaling.enabled=false, or database.type=postgresql and database.postgresql.url." -}}
  {{- end -}}
  {{- if ne (int $values.replicaCount) 1 -}}
    {{- fail (printf "replicaCount: %d with database.type h2 (expected: 1): an H2 file has one writer. Set replicaCount=1, or database.type=postgresql and database.postgresql.url." (int $values.replicaCount)) -}}
  {{- end -}}
  {{- if $values.database.postgresql.url -}}
    {{- fail "database.postgresql.url is set with database.type h2 (expected: empty): it would not be used. Set database.type=postgresql, or remove the URL." -}}
  {{- end -}}
{{- else -}}
  {{- if not $values.database.postgresql.url -}}
    {{- fail "database.postgresql.url is empty with database.type postgresql (expected: a JDBC URL such as jdbc:postgresql://host:5432/handfast)." -}}
  {{- end -}}
{{- end -}}
{{- if $values.autoscaling.enabled -}}
  {{- if gt (int $values.autoscaling.minReplicas) (int $values.autoscaling.maxReplicas) -}}
    {{- fail (printf "autoscaling.minReplicas: %d (expected: at most autoscaling.maxReplicas, %d)." (int $values.autoscaling.minReplicas) (int $values.autoscaling.maxReplicas)) -}}
  {{- end -}}
  {{- if not (dig "requests" "cpu" "" $values.resources) -}}
    {{- fail "autoscaling.enabled: true without resources.requests.cpu: utilisation is a percentage of the request. Set resources.requests.cpu." -}}
  {{- end -}}
{{- end -}}
{{- if not $values.secrets.generate -}}
  {{- range $name := (ternary (list "masterKey" "admin") (list "masterKey" "admin" "database") (eq $values.database.type "h2")) -}}
    {{- if not (index $values.secrets $name).existingSecret -}}
      {{- fail (printf "secrets.%s.existingSecret is empty with secrets.generate false (expected: the name of a Secret that you made)." $name) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if ge (add (int $values.preStopSeconds) 10) (int $values.terminationGracePeriodSeconds) -}}
  {{- fail (printf "preStopSeconds: %d (expected: at least 11 less than terminationGracePeriodSeconds, %d, so that time remains to drain)." (int $values.preStopSeconds) (int $values.terminationGracePeriodSeconds)) -}}
{{- end -}}
{{- include "handfast.validatePorts" . -}}
{{- include "handfast.validateManagementTls" . -}}
{{- include "handfast.validateMetrics" . -}}
{{- end -}}

{{- define "handfast.validatePorts" -}}
{{- $seen := dict "containerPort 8080" "the management port" -}}
{{- range $entry := .Values.channels.ports -}}
  {{- range $key := list "name" "port" "containerPort" -}}
    {{- $value := index $entry $key -}}
    {{- if not (kindIs "string" $value) }}{{ $value = int $value }}{{ end -}}
    {{- $use := printf "%s %v" $key $value -}}
    {{- if hasKey $seen $use -}}
      {{- fail (printf "channels.ports: %s of %q is taken by %s (expected: each used once)." $use $entry.name (get $seen $use)) -}}
    {{- end -}}
    {{- $_ := set $seen $use (printf "%q" $entry.name) -}}
  {{- end -}}
{{- end -}}
{{- $containerPorts := list -}}
{{- range .Values.channels.ports }}{{ $containerPorts = append $containerPorts (int .containerPort) }}{{ end -}}
{{- $bootstrap := int .Values.channels.bootstrapPort -}}
{{- if and $bootstrap (not .Values.configuration) (not (has $bootstrap $containerPorts)) -}}
  {{- fail (printf "channels.bootstrapPort: %d is no containerPort of channels.ports (expected: one of them, or 0): clients would not reach the listener. Set channels.bootstrapPort to a containerPort, or to 0 and make listeners by configuration or REST." $bootstrap) -}}
{{- end -}}
{{- end -}}

{{- define "handfast.validateMetrics" -}}
{{- with .Values.metrics.serviceMonitor -}}
{{- if .enabled -}}
  {{- if and (not .bearerTokenSecret) (not .basicAuthSecret) -}}
    {{- fail "metrics.serviceMonitor.enabled: true without credentials: metrics are not public. Set metrics.serviceMonitor.bearerTokenSecret to a Secret with an API token of role viewer, or metrics.serviceMonitor.basicAuthSecret." -}}
  {{- end -}}
  {{- if and .bearerTokenSecret .basicAuthSecret -}}
    {{- fail "metrics.serviceMonitor: both bearerTokenSecret and basicAuthSecret are set (expected: one of them)." -}}
  {{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "handfast.validateManagementTls" -}}
{{- with .Values.management.tls -}}
  {{- if and .secretName .certificate -}}
    {{- fail "management.tls: both secretName and certificate are set (expected: one of them)." -}}
  {{- end -}}
  {{- if and .trustBundle (not .certificate) -}}
    {{- fail "management.tls.trustBundle is set without management.tls.certificate (expected: both from the gateway's own store). Set management.tls.certificate, or remove the trust bundle." -}}
  {{- end -}}
{{- end -}}
{{- end -}}
