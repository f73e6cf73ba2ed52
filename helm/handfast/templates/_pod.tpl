{{- /* The pod, alike in the StatefulSet and the Deployment. */ -}}
{{- define "handfast.podTemplate" -}}
metadata:
  labels:
    {{- include "handfast.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "handfast.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  terminationGracePeriodSeconds: {{ int .Values.terminationGracePeriodSeconds }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: handfast
      image: {{ include "handfast.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop:
            - ALL
      env:
        {{- include "handfast.env" . | nindent 8 }}
      ports:
        - name: management
          containerPort: 8080
        {{- range .Values.channels.ports }}
        - name: {{ .name }}
          containerPort: {{ int .containerPort }}
        {{- end }}
      {{- include "handfast.probes" . | nindent 6 }}
      {{- if .Values.preStopSeconds }}
      lifecycle:
        preStop:
          sleep:
            seconds: {{ int .Values.preStopSeconds }}
      {{- end }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        {{- include "handfast.volumeMounts" . | nindent 8 }}
  volumes:
    {{- include "handfast.volumes" . | nindent 4 }}
  topologySpreadConstraints:
    {{- include "handfast.topologySpread" . | nindent 4 }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "handfast.env" -}}
- name: HANDFAST_DATADIR
  value: /var/lib/handfast
- name: HANDFAST_MASTERKEYFILE
  value: /etc/handfast/master-key/master-key
# Each file below this directory is a property, named as the file: passwords stay out of the environment.
- name: SPRING_CONFIG_IMPORT
  value: configtree:/etc/handfast/secrets/
- name: HANDFAST_BOOTSTRAP_PORT
  value: {{ ternary .Values.channels.bootstrapPort 0 (empty .Values.configuration) | int | quote }}
{{- if .Values.configuration }}
- name: HANDFAST_CONFIGURATIONFILE
  value: /etc/handfast/configuration/handfast.yaml
{{- end }}
{{- if .Values.tlsSecrets }}
- name: HANDFAST_CERTIFICATES_DIRECTORY
  value: /etc/handfast/certificates
{{- end }}
{{- if eq .Values.database.type "postgresql" }}
- name: SPRING_DATASOURCE_URL
  value: {{ .Values.database.postgresql.url | quote }}
- name: SPRING_DATASOURCE_USERNAME
  value: {{ .Values.database.postgresql.username | quote }}
{{- end }}
{{- if .Values.management.tls.secretName }}
- name: SPRING_SSL_BUNDLE_PEM_MANAGEMENT_KEYSTORE_CERTIFICATE
  value: file:/etc/handfast/management-tls/tls.crt
- name: SPRING_SSL_BUNDLE_PEM_MANAGEMENT_KEYSTORE_PRIVATEKEY
  value: file:/etc/handfast/management-tls/tls.key
- name: SPRING_SSL_BUNDLE_PEM_MANAGEMENT_RELOADONUPDATE
  value: "true"
- name: SERVER_SSL_BUNDLE
  value: management
{{- end }}
{{- with .Values.management.tls }}
{{- if .certificate }}
- name: SERVER_SSL_BUNDLE
  value: handfast
- name: HANDFAST_MANAGEMENTTLS_CERTIFICATE
  value: {{ .certificate | quote }}
{{- if .trustBundle }}
- name: HANDFAST_MANAGEMENTTLS_TRUSTBUNDLE
  value: {{ .trustBundle | quote }}
- name: SERVER_SSL_CLIENTAUTH
  value: want
{{- end }}
{{- end }}
{{- end }}
- name: HANDFAST_LISTENER_DRAINTIMEOUT
  value: {{ printf "%ds" (sub (sub (int .Values.terminationGracePeriodSeconds) (int .Values.preStopSeconds)) 10) }}
- name: SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE
  value: {{ printf "%ds" (sub (sub (int .Values.terminationGracePeriodSeconds) (int .Values.preStopSeconds)) 5) }}
{{- if ne .Values.logFormat "text" }}
- name: LOGGING_STRUCTURED_FORMAT_CONSOLE
  value: {{ .Values.logFormat }}
{{- end }}
{{- with .Values.javaOptions }}
- name: JDK_JAVA_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "handfast.probes" -}}
{{- $scheme := include "handfast.managementScheme" . -}}
{{- range $name, $path := dict "startup" "liveness" "liveness" "liveness" "readiness" "readiness" }}
{{ $name }}Probe:
  httpGet:
    path: /actuator/health/{{ $path }}
    port: management
    scheme: {{ $scheme }}
  {{- $probe := index $.Values.probes $name }}
  periodSeconds: {{ int $probe.periodSeconds }}
  failureThreshold: {{ int $probe.failureThreshold }}
  timeoutSeconds: 3
{{- end }}
{{- end -}}

{{- define "handfast.volumeMounts" -}}
- name: data
  mountPath: /var/lib/handfast
- name: tmp
  mountPath: /tmp
- name: master-key
  mountPath: /etc/handfast/master-key
  readOnly: true
- name: secrets
  mountPath: /etc/handfast/secrets
  readOnly: true
{{- if .Values.configuration }}
- name: configuration
  mountPath: /etc/handfast/configuration
  readOnly: true
{{- end }}
{{- range $index, $secret := .Values.tlsSecrets }}
- name: tls-{{ $index }}
  mountPath: /etc/handfast/certificates/{{ $secret.certificate }}
  readOnly: true
{{- end }}
{{- if .Values.management.tls.secretName }}
- name: management-tls
  mountPath: /etc/handfast/management-tls
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "handfast.volumes" -}}
{{- if eq .Values.database.type "postgresql" }}
- name: data
  emptyDir: {}
{{- else if .Values.database.h2.existingClaim }}
- name: data
  persistentVolumeClaim:
    claimName: {{ .Values.database.h2.existingClaim | quote }}
{{- end }}
# Native libraries are unpacked here.
- name: tmp
  emptyDir:
    sizeLimit: 256Mi
- name: master-key
  secret:
    secretName: {{ include "handfast.masterKeySecret" . | quote }}
    defaultMode: 0440
    items:
      - key: {{ .Values.secrets.masterKey.key | quote }}
        path: master-key
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ include "handfast.adminSecret" . | quote }}
          items:
            - key: {{ .Values.secrets.admin.key | quote }}
              path: handfast.admin.password
      {{- if eq .Values.database.type "postgresql" }}
      - secret:
          name: {{ include "handfast.databaseSecret" . | quote }}
          items:
            - key: {{ .Values.secrets.database.key | quote }}
              path: spring.datasource.password
      {{- end }}
{{- if .Values.configuration }}
- name: configuration
  configMap:
    name: {{ include "handfast.fullname" . }}
{{- end }}
{{- range $index, $secret := .Values.tlsSecrets }}
- name: tls-{{ $index }}
  secret:
    secretName: {{ $secret.secretName | quote }}
    defaultMode: 0440
{{- end }}
{{- with .Values.management.tls.secretName }}
- name: management-tls
  secret:
    secretName: {{ . | quote }}
    defaultMode: 0440
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "handfast.topologySpread" -}}
{{- $constraints := .Values.topologySpreadConstraints -}}
{{- if not $constraints -}}
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" -}}
{{- $constraints = append $constraints (dict "maxSkew" 1 "topologyKey" $key "whenUnsatisfiable" "ScheduleAnyway") -}}
{{- end -}}
{{- end -}}
{{- $selector := dict "matchLabels" (include "handfast.selectorLabels" . | fromYaml) -}}
{{- range $constraint := $constraints }}
{{ toYaml (list (merge (dict "labelSelector" $selector) $constraint)) }}
{{- end }}
{{- end -}}
