import { ResourceTraits } from './schema';

/**
 * Facts about resource types in the schemas of provider 6.50.0, which the bindings don't contain: attributes that are optional and computed (those in blocks by their path),
 * attributes besides the name whose change replaces the resource, and protection that is on by default. A type that is not listed fills in its project.
 */
export const FACTS: Readonly<Record<string, Pick<ResourceTraits, 'optionalComputed' | 'protected'> & { readonly forceNew?: readonly string[] }>> = {
  'bigquery-dataset': {
    optionalComputed: ['access', 'default_collation', 'is_case_insensitive', 'max_time_travel_hours', 'project', 'storage_billing_model'],
    forceNew: ['external_dataset_reference', 'location'],
  },
  'bigquery-table': {
    optionalComputed: ['expiration_time', 'external_data_configuration.schema', 'max_staleness', 'project', 'schema', 'time_partitioning.expiration_ms'],
    forceNew: ['biglake_configuration', 'encryption_configuration', 'schema_foreign_type_info', 'table_replication_info'],
    protected: true,
  },
  'cloud-run-v2-job': {
    optionalComputed: [
      'launch_stage', 'project', 'template.parallelism', 'template.task_count', 'template.template.containers',
      'template.template.containers.resources', 'template.template.containers.resources.limits', 'template.template.containers.startup_probe',
      'template.template.containers.startup_probe.grpc.port', 'template.template.containers.startup_probe.http_get.port',
      'template.template.containers.startup_probe.tcp_socket.port', 'template.template.execution_environment',
      'template.template.service_account', 'template.template.timeout', 'template.template.vpc_access.egress',
      'template.template.vpc_access.network_interfaces.network', 'template.template.vpc_access.network_interfaces.subnetwork',
    ],
    protected: true,
  },
  'cloud-run-v2-service': {
    optionalComputed: [
      'ingress', 'launch_stage', 'project', 'template.containers.liveness_probe.grpc.port', 'template.containers.liveness_probe.http_get.port',
      'template.containers.ports', 'template.containers.ports.name', 'template.containers.resources', 'template.containers.resources.limits',
      'template.containers.startup_probe', 'template.containers.startup_probe.grpc.port', 'template.containers.startup_probe.http_get.port',
      'template.containers.startup_probe.tcp_socket.port', 'template.max_instance_request_concurrency', 'template.scaling',
      'template.service_account', 'template.timeout', 'template.vpc_access.egress', 'template.vpc_access.network_interfaces.network',
      'template.vpc_access.network_interfaces.subnetwork', 'traffic', 'traffic.percent',
    ],
    protected: true,
  },
  'cloud-scheduler-job': {
    optionalComputed: [
      'paused', 'project', 'region', 'retry_config.max_backoff_duration', 'retry_config.max_doublings', 'retry_config.max_retry_duration',
      'retry_config.min_backoff_duration', 'retry_config.retry_count',
    ],
  },
  'eventarc-trigger': {
    optionalComputed: ['destination.cloud_run_service.region', 'event_data_content_type', 'project', 'transport'],
    forceNew: ['channel', 'transport'],
  },
  'firestore-database': {
    optionalComputed: ['app_engine_integration_mode', 'concurrency_mode', 'database_edition', 'delete_protection_state', 'project'],
    forceNew: ['cmek_config', 'database_edition', 'location_id', 'tags'],
  },
  'iam-deny-policy': {
    optionalComputed: [],
    forceNew: ['parent'],
  },
  'logging-project-sink': {
    optionalComputed: ['bigquery_options', 'project'],
  },
  'org-policy-policy': {
    optionalComputed: [],
    forceNew: ['parent'],
  },
  'project-iam-audit-config': {
    optionalComputed: [],
  },
  'pubsub-subscription': {
    optionalComputed: ['ack_deadline_seconds', 'expiration_policy', 'project', 'retry_policy.maximum_backoff', 'retry_policy.minimum_backoff'],
    forceNew: ['enable_message_ordering', 'filter', 'topic'],
  },
  'pubsub-topic': {
    optionalComputed: ['message_storage_policy', 'project'],
  },
  'secret-manager-secret': {
    optionalComputed: ['expire_time', 'project'],
    forceNew: ['replication', 'tags'],
  },
  'storage-bucket': {
    optionalComputed: [
      'autoclass.terminal_storage_class', 'lifecycle_rule.condition.with_state', 'logging.log_object_prefix', 'project',
      'public_access_prevention', 'rpo', 'soft_delete_policy', 'uniform_bucket_level_access', 'versioning', 'website',
    ],
    forceNew: ['enable_object_retention', 'hierarchical_namespace', 'location', 'project'],
  },
  'storage-bucket-object': {
    optionalComputed: ['content', 'content_type', 'kms_key_name', 'storage_class'],
    forceNew: [
      'cache_control', 'content_disposition', 'content_encoding', 'content_language', 'content_type', 'force_empty_content_type', 'kms_key_name',
      'metadata', 'source', 'storage_class',
    ],
  },
  'workflows-workflow': {
    optionalComputed: ['description', 'name', 'name_prefix', 'project', 'service_account'],
    forceNew: ['name_prefix', 'project', 'tags'],
    protected: true,
  },
};
