import { Way, WAYS } from './columns';
import { notAdoptable } from '../../../src/contract/adoption';
import { rootPath } from '../../../src/contract/role-names';
import { standsForMore } from '../../../src/core/one-name';
import { shown } from '../../../src/core/shown';
import { Identity } from '../model';

/** What of an identity says how it can become an agent. */
export type Adoptable = Pick<Identity, 'type' | 'kind' | 'kindBecause' | 'arn' | 'agent'>;

/** The ways in which an identity can become an agent of a registry, and why not in others. */
export interface PossibleWays {
  readonly ways: readonly Way[];
  readonly because?: string;
}

const ARN = /^arn:[a-z-]+:iam::\d{12}:(?:role|user)(\/(?:[\x21-\x7e]*\/)?)([\w+=,.@-]{1,64})$/;

const NO_WAY: Readonly<Partial<Record<Identity['type'], string>>> = {
  'root': 'it is the root of the account', 'service-account': 'service accounts of Google are not adopted',
};

/** How an identity can become an agent, as far as its name, its path and its tags say. */
export function waysOf({ type, kind, kindBecause, arn, agent }: Adoptable, registryName: string): PossibleWays {
  if (type !== 'role' && type !== 'user') {
    return { ways: [], because: NO_WAY[type] ?? 'it has no identity in IAM of its own: the roles that it leads to have one' };
  }
  if (kind !== 'machine') {
    return { ways: [], because: `it is ${kind === 'human' ? 'of people' : 'AWS\'s own'}: ${kindBecause}` };
  }
  const [, path, roleName] = ARN.exec(arn) ?? [];
  if (path === undefined || roleName === undefined || standsForMore(arn)) {
    return { ways: [], because: `${shown(arn)} is not the ARN of one identity, or has characters that policies read as patterns` };
  }
  if (type === 'user') {
    return { ways: ['migrate'], because: 'an IAM user can\'t be adopted, only a role' };
  }
  const problem = notAdoptable({ roleName, path }, { path: rootPath(registryName, undefined), registryName });
  if (problem !== undefined) {
    return { ways: [], because: problem };
  }
  return agent === undefined || agent.registry === registryName ? { ways: WAYS }
    : { ways: [], because: `it is agent ${shown(agent.name)} of registry ${shown(agent.registry)}` };
}
