import { Construct } from 'constructs';
import { Declaration } from './declarations';
import { GOOGLE_REVOKER_KINDS, MOST_REVOKERS, RevokerProperties, SettingValue } from '../../contract/revokers';
import { InvalidInputError } from '../../core/errors';
import { Kind, requireKind, requireList } from '../../core/kind';
import { Revoker } from '../../revokers/revoker';
import { RevokerFacts } from '../../revokers/revoker-props';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { requireNormal, verbatim } from '../terraform-text';

const REVOKER: Kind<Revoker> = { isOne: ({ _facts }) => typeof _facts?.id === 'string', use: 'one of Revoker, such as Revoker.http(...)' };

/** What an agent's revokers are checked against. */
interface Revoking {
  readonly registry?: ILifecycleRegistry;
  readonly ownSecrets: readonly string[];
}

/**
 * Checks an agent's revokers.
 *
 * @throws InvalidInputError `WrongType`, `RevokerTwice`, `RevokersTooMany`, `RevokerUnsupported`, `RevokerUnrecorded`, `RevokerSecretLeaves`, `TextNotNormalized`
 */
export function checkedRevokers(agent: Construct, revokers: readonly Revoker[] | undefined, { registry, ownSecrets }: Revoking): RevokerFacts[] {
  const all = requireList('revokers', revokers).map((revoker) => requireKind('the revoker', revoker, REVOKER)._facts);
  const fail = (code: string, what: string) => new InvalidInputError(code, `${agent.node.path}: ${what}`);
  const twice = all.find(({ id }, index) => all.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) {
    throw fail('RevokerTwice', `two revokers have the id ${twice.id}: give each an id of its own`);
  }
  if (all.length > MOST_REVOKERS) {
    throw fail('RevokersTooMany', `${all.length} revokers, at most ${MOST_REVOKERS} are allowed: revoke several by one request of yours (Revoker.http())`);
  }
  if (all.length > 0 && registry === undefined) {
    throw fail('RevokerUnrecorded', `the revoker ${all[0].id} needs a registry, which remembers what is still open after the leave: give the agent \`registry\``);
  }
  for (const { id, kind, secrets, googleSecret, monthlyCost, settings } of all) {
    if (!(GOOGLE_REVOKER_KINDS as readonly string[]).includes(kind)) {
      throw fail('RevokerUnsupported', `the revoker ${id} is of the kind ${kind}, for which nothing runs on Google: use Revoker.http() for a function with a URL, or Revoker.human() for people who confirm it`);
    }
    if (settings.suspend !== undefined) {
      throw fail('RevokerUnsupported', `the revoker ${id} has a suspension, and on Google a suspension sends no requests: leave \`suspension\` out`);
    }
    if (secrets.length > 0) {
      throw fail('RevokerUnsupported', `the revoker ${id} has a secret of AWS, which nothing on Google reads: give it \`googleSecret\`, such as projects/acme-agents/secrets/${id}`);
    }
    if (monthlyCost?.tagKey !== undefined) {
      throw fail('RevokerUnsupported', `the cost of the revoker ${id} would be looked up by a tag, which nothing does on Google: use MonthlyCost.of()`);
    }
    if (googleSecret !== undefined && ownSecrets.some((secret) => secret === secretOf(googleSecret))) {
      throw fail('RevokerSecretLeaves', `the secret of the revoker ${id} is one of the agent's ownSecrets and is deleted before it is read: use a secret that stays`);
    }
    textsIn(settings).forEach((text) => requireNormal(`a text of the revoker ${id}`, text));
  }
  return all;
}

/** The secrets of revokers, without versions. */
export function secretsOf(revokers: readonly RevokerFacts[]): string[] {
  return revokers.flatMap(({ googleSecret }) => (googleSecret === undefined ? [] : [secretOf(googleSecret)]));
}

/**
 * Refuses access to the secret of one of the agent's revokers: its value may end access at third parties, and rarely only the agent's own.
 *
 * @throws InvalidInputError `RevokerSecretGranted`
 */
export function requireOthersSecret(agent: Construct, revokerSecrets: readonly string[], { kind, access: { resource } }: Declaration): void {
  if (kind === 'secret' && revokerSecrets.includes(resource)) {
    throw new InvalidInputError('RevokerSecretGranted', `${agent.node.path}: the agent gets access to ${resource}, the secret of one of its revokers, whose value could also revoke the access of others: give the agent a secret of its own`);
  }
}

/** Name of the secret that a name of a version begins with. */
function secretOf(googleSecret: string): string {
  return googleSecret.replace(/\/versions\/\d+$/, '');
}

/** The revokers as the registry records them. Texts that people wrote are escaped for Terraform. */
export function revokerProperties(revokers: readonly RevokerFacts[]): RevokerProperties[] {
  return revokers.map(({ id, kind, settings, monthlyCost }) => ({
    Id: id,
    Kind: kind,
    Settings: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, escaped(value)])),
    ...monthlyCost?.amount === undefined ? {} : { MonthlyCost: String(monthlyCost.amount), Currency: monthlyCost.currency },
  }));
}

function escaped(value: SettingValue): SettingValue {
  if (typeof value === 'string') {
    return verbatim(value);
  }
  // The predicate of Array.isArray takes no list that can't be changed.
  return Array.isArray(value) ? (value as readonly string[]).map(verbatim)
    : Object.fromEntries(Object.entries(value as { readonly [name: string]: string }).map(([name, text]) => [name, verbatim(text)]));
}

function textsIn(settings: RevokerFacts['settings']): string[] {
  return Object.values(settings).flatMap((value) => (typeof value === 'string' ? [value] : Object.values(value)));
}
