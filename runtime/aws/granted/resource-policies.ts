import { PolicyClients } from './clients';
import { FoundPolicies, UnreadPolicy } from './found';
import { PolicyKind, policyOf, POLICY_KINDS } from './kinds';
import { reasonOf } from '../../../src/core/errors';

/** A resource with a policy of its own, and the policy. */
export interface ResourcePolicy {
  readonly arn: string;
  readonly document: string;
}

export interface Place { readonly account: string; readonly region: string }

/** More are named as not read. */
const MOST_READ = 40;
const TOGETHER = 8;

/**
 * The policies of resources that statements name, of the kinds that have one. A pattern names no resource, besides what is below a bucket, a table or a function.
 *
 * @param resources ARNs, as statements have them
 * @param place the account and region whose resources can be read
 */
export async function resourcePolicies(
  clients: PolicyClients, resources: readonly string[], place: Place,
): Promise<{ readonly policies: readonly ResourcePolicy[]; readonly unread: FoundPolicies['unread'] }> {
  const policies: ResourcePolicy[] = [];
  const { readable, unread } = withPolicies(resources, place);
  unread.push(...readable.slice(MOST_READ).map(([arn]) => ({ what: `policy of ${arn}`, reason: `only ${MOST_READ} policies are read` })));
  const first = readable.slice(0, MOST_READ);
  for (let start = 0; start < first.length; start += TOGETHER) {
    await Promise.all(first.slice(start, start + TOGETHER).map(async ([arn, kind]) => {
      try {
        const { document } = await policyOf(kind, clients, arn);
        policies.push(...document === undefined ? [] : [{ arn, document }]);
      } catch (error) {
        unread.push({ what: `policy of ${arn}`, reason: reasonOf(error) });
      }
    }));
  }
  const order = (one: string, other: string): number => (one < other ? -1 : 1);
  return { policies: policies.sort((one, other) => order(one.arn, other.arn)), unread: unread.sort((one, other) => order(one.what, other.what)) };
}

/** Those of the resources that have a policy of their own, in order, and those of them that can't be read. */
export function withPolicies(
  resources: readonly string[], place: Place,
): { readonly readable: readonly [arn: string, kind: PolicyKind][]; readonly unread: UnreadPolicy[] } {
  const named = new Map(resources.map(namedBy).filter((one) => one !== undefined).sort(([one], [other]) => (one < other ? -1 : 1)));
  const unread: UnreadPolicy[] = [];
  const readable = [...named].filter(([arn]) => {
    const reason = outside(arn, place);
    return reason === undefined || void unread.push({ what: `policy of ${arn}`, reason });
  });
  return { readable, unread };
}

function namedBy(resource: string): [string, PolicyKind] | undefined {
  const parts = resource.split(':');
  const [arn, partition, service, region, account] = parts;
  const kind = arn === 'arn' ? POLICY_KINDS.find((one) => one.service === service) : undefined;
  const name = kind?.resource.exec(parts.slice(5).join(':'))?.[1];
  return kind === undefined || name === undefined || /[*?]/.test(region + account) ? undefined : [[arn, partition, service, region, account, kind.of ?? name].join(':'), kind];
}

/** A bucket's ARN has neither account nor region. */
function outside(arn: string, { account, region }: Place): string | undefined {
  const [, , , itsRegion, itsAccount] = arn.split(':');
  return itsAccount !== '' && itsAccount !== account ? `it is in account ${itsAccount}`
    : itsRegion !== '' && itsRegion !== region ? `it is in ${itsRegion}, and the registry is in ${region}` : undefined;
}
