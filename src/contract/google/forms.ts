import { AGENT_NAME, REGISTRY_NAME, STAGE_NAME } from '../../core/name-forms';

/**
 * Parts of the patterns for Google's names. They accept what Google accepts: a resource's own attributes may contain the project's number, and old
 * projects have a domain before a colon.
 */
export const PARTS = {
  project: '(?:[a-z0-9.-]+:)?[a-z0-9][a-z0-9-]*',
  bucket: '[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]',
  /** Email address of a service account, including accounts that Google creates. */
  accountEmail: '[a-z0-9][a-z0-9.-]*@[a-z0-9.-]+\\.gserviceaccount\\.com',
} as const;

/** Patterns of names. The constructs check what users give, and the programs check what they receive from the constructs. */
export const FORMS = {
  project: whole(PARTS.project),
  bucket: whole(PARTS.bucket),
  accountEmail: whole(PARTS.accountEmail),
  uniqueId: /^\d+$/,
  /** Full name of a workload identity pool. */
  pool: new RegExp(`^projects/${PARTS.project}/locations/global/workloadIdentityPools/[a-z0-9-]{4,32}$`),
  /** YYYY-MM-DDTHH:mm:ssZ, as `Expiry.iso`. */
  instant: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  agentName: AGENT_NAME,
  stage: STAGE_NAME,
  /** Google reserves names with goog. */
  registryName: new RegExp(`^(?!.*goog)${REGISTRY_NAME.source.slice(1)}`),
  /**
   * An identity of Vertex AI Agent Engine's own (SPIFFE), of one reasoning engine.
   * https://docs.cloud.google.com/agent-builder/agent-engine/agent-identity
   */
  agentIdentity: /^principal:\/\/agents\.global\.org-\d{1,20}\.system\.id\.goog\/resources\/aiplatform\/projects\/\d{1,20}\/locations\/[a-z0-9-]{1,63}\/reasoningEngines\/[a-z0-9-]{1,63}$/,
  /** Any text on one line. */
  line: /^[^\p{C}]{1,256}$/u,
} as const;

function whole(part: string): RegExp {
  return new RegExp(`^${part}$`);
}
