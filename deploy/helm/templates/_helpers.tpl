{{/* What the program is made of: what each process runs, reads, remembers and reaches. Held to the code by a test. */}}
{{- define "streams.facts" -}}
reader: {args: [reader], volume: false, out: true, elasticsearch: false}
identify: {args: [worker, --stage, identify], topics: [raw-items], volume: true}
fulltext: {args: [worker, --stage, fulltext], topics: [pages], volume: true, out: true}
tag: {args: [worker, --stage, tag], topics: [articles]}
relate: {args: [worker, --stage, relate], topics: [tagged], volume: true}
match: {args: [worker, --stage, match], topics: [documents]}
decide: {args: [worker, --stage, decide], topics: [hits], volume: true}
index: {args: [worker, --stage, index], topics: [documents, alerts, deliveries], elasticsearch: true}
notify: {args: [worker, --stage, notify], topics: [deliveries], volume: true, out: true}
web: {args: [web], elasticsearch: true}
{{- end }}

{{/* Topics with one partition, whatever the number of the others. */}}
{{- define "streams.inOrder" -}}
[tagged, documents, deliveries]
{{- end }}

{{/* The most replicas of a process that can have work: as many as the partitions of what it reads. */}}
{{- define "streams.most" -}}
{{- $inOrder := include "streams.inOrder" . | fromYamlArray -}}
{{- $most := 1 -}}
{{- range .topics }}{{ if not (has . $inOrder) }}{{ $most = $.partitions | int }}{{ end }}{{ end -}}
{{- $most -}}
{{- end }}

{{/* How far a process is scaled by what waits for it; nothing: its number stays as it is. */}}
{{- define "streams.upTo" -}}
{{- $own := index .root.Values.processes .process -}}
{{- $most := include "streams.most" (dict "topics" .topics "partitions" .root.Values.kafka.partitions) | int -}}
{{- $max := min ($own.max | int) $most -}}
{{- if and .root.Values.autoscaling.by (gt $max ($own.replicas | int)) }}{{ $max }}{{ end -}}
{{- end }}

{{- define "streams.name" -}}
{{ printf "%s-%s" .root.Release.Name .process | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "streams.selector" -}}
app.kubernetes.io/name: streams
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .process }}
{{- end }}

{{- define "streams.labels" -}}
{{ include "streams.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* The container that all have in common; `args` is what it runs. */}}
{{- define "streams.container" -}}
image: {{ printf "%s:%s" .root.Values.image.repository (.root.Values.image.tag | default .root.Chart.AppVersion) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args: {{ toJson .args }}
env:
{{- include "streams.environment" . | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
resources:
  requests: {cpu: {{ .resources.cpu | quote }}, memory: {{ .resources.memory }}}
  limits: {memory: {{ .resources.memory }}}
{{- end }}

{{- define "streams.environment" -}}
{{- $values := .root.Values -}}
{{- $options := dict
  "STREAMS_KAFKA" (join "," $values.kafka.brokers)
  "STREAMS_TOPIC_PREFIX" $values.kafka.topicPrefix
  "STREAMS_PARTITIONS" ($values.kafka.partitions | int | toString)
  "STREAMS_REPLICATION" ($values.kafka.replication | int | toString)
  "STREAMS_ELASTICSEARCH" $values.elasticsearch.address
  "STREAMS_INDEX_PREFIX" $values.elasticsearch.indexPrefix
  "STREAMS_INDEX_SHARDS" ($values.elasticsearch.shards | int | toString)
  "STREAMS_INDEX_MONTHS" ($values.elasticsearch.months | int | toString)
  "STREAMS_KIBANA" $values.kibana
  "STREAMS_DATA" "/var/lib/streams"
  "STREAMS_LOG_JSON" "true"
  "STREAMS_METRICS_HOST" "0.0.0.0"
  "STREAMS_METRICS_PORT" "9400" -}}
{{- if $values.kafka.ca.secret }}{{ $_ := set $options "STREAMS_KAFKA_CA" (printf "/etc/streams/kafka-ca/%s" $values.kafka.ca.key) }}{{ end -}}
{{- if $values.elasticsearch.ca.secret }}{{ $_ := set $options "STREAMS_ELASTICSEARCH_CA" (printf "/etc/streams/elasticsearch-ca/%s" $values.elasticsearch.ca.key) }}{{ end -}}
{{- if $values.kafka.sasl }}{{ $_ := set $options "STREAMS_KAFKA_SASL" $values.kafka.sasl }}{{ $_ := set $options "STREAMS_KAFKA_USER" $values.kafka.user }}{{ end -}}
{{- if $values.elasticsearch.user }}{{ $_ := set $options "STREAMS_ELASTICSEARCH_USER" $values.elasticsearch.user }}{{ end -}}
{{- if eq .process "web" }}
{{- $_ := set $options "STREAMS_HOST" "0.0.0.0" }}
{{- $_ := set $options "STREAMS_PAGE_HOSTS" (join "," (concat $values.page.hosts (compact (list $values.page.ingress.host)) | uniq)) }}
{{- with $values.page.trustedProxies }}{{ $_ := set $options "STREAMS_TRUSTED_PROXIES" (join "," .) }}{{ end }}
{{- end -}}
{{- $options = mergeOverwrite $options (deepCopy $values.options) (deepCopy (.resources.options | default dict)) -}}
{{- $secrets := dict -}}
{{- if $values.kafka.password.secret }}{{ $_ := set $secrets "STREAMS_KAFKA_PASSWORD" (deepCopy $values.kafka.password) }}{{ end -}}
{{- if $values.elasticsearch.apiKey.secret }}{{ $_ := set $secrets "STREAMS_ELASTICSEARCH_API_KEY" (deepCopy $values.elasticsearch.apiKey) }}{{ end -}}
{{- if $values.elasticsearch.password.secret }}{{ $_ := set $secrets "STREAMS_ELASTICSEARCH_PASSWORD" (deepCopy $values.elasticsearch.password) }}{{ end -}}
{{- $secrets = mergeOverwrite $secrets (deepCopy $values.secretOptions) (deepCopy (.resources.secretOptions | default dict)) -}}
{{- range $name, $value := $options }}
{{- if ne (toString $value) "" }}
- {name: {{ $name }}, value: {{ $value | toString | quote }}}
{{- end }}
{{- end }}
{{- range $name, $from := $secrets }}
- name: {{ $name }}
  valueFrom: {secretKeyRef: {name: {{ $from.secret }}, key: {{ $from.key }}}}
{{- end }}
{{- end }}

{{- define "streams.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- end }}

{{/* Where a container may write, and the certificates; a volume of its own stands in for `data` where there is one. */}}
{{- define "streams.mounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: data, mountPath: /var/lib/streams}
{{- if .root.Values.kafka.ca.secret }}
- {name: kafka-ca, mountPath: /etc/streams/kafka-ca, readOnly: true}
{{- end }}
{{- if .root.Values.elasticsearch.ca.secret }}
- {name: elasticsearch-ca, mountPath: /etc/streams/elasticsearch-ca, readOnly: true}
{{- end }}
{{- range .root.Values.configMaps }}
- {name: map-{{ . }}, mountPath: /etc/streams/maps/{{ . }}, readOnly: true}
{{- end }}
{{- end }}

{{- define "streams.volumes" -}}
- {name: tmp, emptyDir: {}}
{{- if not .volume }}
- {name: data, emptyDir: {}}
{{- end }}
{{- with .root.Values.kafka.ca.secret }}
- {name: kafka-ca, secret: {secretName: {{ . }}}}
{{- end }}
{{- with .root.Values.elasticsearch.ca.secret }}
- {name: elasticsearch-ca, secret: {secretName: {{ . }}}}
{{- end }}
{{- range .root.Values.configMaps }}
- {name: map-{{ . }}, configMap: {name: {{ . }}}}
{{- end }}
{{- end }}
