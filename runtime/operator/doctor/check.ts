import { RegistryNames, RegistryPlace } from '../../../src/contract/registry-names';
import { Connection } from '../connection';
import { RegistryStack } from './registry-stack';

/** error: something that the registry promises does not happen. unknown: the check could not be made, which says nothing of what it looks at. */
export type Severity = 'ok' | 'warning' | 'error' | 'unknown';

export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  readonly seen: string;
  /** What to do. Absent if all is well. */
  readonly fix?: string;
}

/** What checks look with. */
export interface Examined {
  readonly connection: Connection;
  readonly names: RegistryNames;
  readonly place: RegistryPlace;
  readonly now: Date;
  /** The stack that has the registry. Read once. */
  readonly stack: () => Promise<RegistryStack>;
}

/** A check of a registry. It reads only. */
export interface Check {
  readonly name: string;
  /** The actions that it needs. */
  readonly needs: readonly string[];
  /** @throws if it could not be made */
  look(examined: Examined): Promise<Omit<Finding, 'check'>[]>;
}

export const ok = (seen: string): Omit<Finding, 'check'> => ({ severity: 'ok', seen });
export const warning = (seen: string, fix: string): Omit<Finding, 'check'> => ({ severity: 'warning', seen, fix });
export const error = (seen: string, fix: string): Omit<Finding, 'check'> => ({ severity: 'error', seen, fix });

/** What to do about a resource of the registry's stack that somebody deleted by hand. CloudFormation updates such a resource only if there is one. */
export const CREATE_AGAIN = 'run drift detection on the registry\'s stack, create what it shows as deleted with the same name, then deploy the stack with a change of it';

/** Whether a service said that it has no such thing, rather than that it may not be read. */
export function isMissing(failure: unknown): boolean {
  return failure instanceof Error && /^(ResourceNotFoundException|NotFoundException|NotFound)$/.test(failure.name);
}
