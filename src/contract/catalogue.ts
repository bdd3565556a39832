import type { LifecycleEventName } from '../core/event-table';
import type { Placement } from '../core/lifecycle-event';
import { AGENT_NAME, REGISTRY_NAME } from '../core/name-forms';

/** What the function that keeps AWS Agent Registry in step needs to know. */
export interface CatalogueSettings {
  /** ARN of the Agent Registry. */
  readonly arn: string;
  /** How long the record of an agent that left stays, deprecated, until it is deleted. */
  readonly deleteAfterSeconds: number;
  /** Whether records have the mail address of the accountable person. */
  readonly showsMail: boolean;
  /** ARN of the queue of agents to compare, which is in the account of the registry. */
  readonly queueArn: string;
}

/** An Agent Registry's ARN. https://docs.aws.amazon.com/service-authorization/latest/reference/list_agent-registry.html */
export const AGENT_REGISTRY_ARN = /^arn:aws[a-z-]*:agent-registry:([a-z0-9-]+):\d{12}:registry\/[a-zA-Z0-9]{12,16}$/;

/** Tag of all records that a registry created. It may change no others. */
export const CATALOGUE_TAG = 'nhi:registry';

/** Value of that tag. Registries of two accounts may have the same name. */
export function catalogueTagValue(registryName: string, account: string): string {
  return `${account}/${registryName}`;
}

/** Name of an agent's record, which is unique in an Agent Registry. */
export function recordName(registryName: string, { account, agentName }: Placement): string {
  return `${registryName}/${account}/${agentName}`;
}

/** The agent that a record with this name is about. Undefined for a name that is not ours. */
export function agentOfRecord(name: string): (Placement & { readonly registryName: string }) | undefined {
  const [registryName, account, agentName, ...more] = name.split('/');
  const isOurs = more.length === 0 && REGISTRY_NAME.test(registryName) && /^\d{12}$/.test(account ?? '') && AGENT_NAME.test(agentName ?? '');
  return isOurs ? { registryName, account, agentName } : undefined;
}

/** The events after which a record may say something else. */
export const CATALOGUED_EVENTS = [
  'joined', 'adopted', 'released', 'moved', 'move-undone', 'sponsor-changed', 'sponsor-lapsed', 'purpose-changed', 'access-changed', 'expiry-changed', 'renewed', 'suspended', 'resumed', 'expired', 'reduced', 'certified',
  'left',
] as const satisfies readonly LifecycleEventName[];

/** Makes the function compare all agents and records, a part at a time. */
export const RECONCILE_CATALOGUE = { task: 'reconcile-catalogue' } as const;
