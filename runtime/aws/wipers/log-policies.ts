import { unlessUnseen } from './unless-unseen';
import { Wiper, WiperContext } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { allItems } from '../../pages';
import { withoutPrincipals } from '../granted';

interface LogPolicy { readonly policyName?: string; readonly policyDocument?: string; readonly [key: string]: unknown }
interface LogPolicies { readonly resourcePolicies?: LogPolicy[]; readonly nextToken?: string; readonly [key: string]: unknown }

const PREFIX = 'log-resource-policy/';

/** The resource policies of CloudWatch Logs. A region has at most ten, and they belong to no log group. */
export const logPolicies: Wiper = {
  name: 'log-policies',
  ofAgent: false,
  residue: ResidueKind.RESOURCE_POLICIES,
  source: 'all resource policies of CloudWatch Logs in the region, of which there are at most ten',
  gaps: ['policies of single log groups', 'access policies of subscription destinations, which name accounts and organizations'],
  needs: [{
    sid: 'EditLogPolicies',
    // Logs can't restrict these to resources.
    actions: ['logs:DescribeResourcePolicies', 'logs:PutResourcePolicy', 'logs:DeleteResourcePolicy'],
    resources: ['*'],
    of: ResidueKind.RESOURCE_POLICIES,
  }],
  async list(context, { dead }) {
    const found = (await policiesOf(context)).map(async ({ policyName: name = '', policyDocument: text = '{}' }) => {
      const finding = { wiper: 'log-policies', kind: 'log-resource-policy', id: `${PREFIX}${name}` };
      return unlessUnseen(finding, async () => (withoutPrincipals(text, dead).isChanged ? [{ ...finding, actedOn: true }] : []));
    });
    return (await Promise.all(found)).flat();
  },
  async wipe(context, { dead }, { id }) {
    const policyName = id.slice(PREFIX.length);
    const policy = (await policiesOf(context)).find((one) => one.policyName === policyName);
    const { isChanged, document: policyDocument } = withoutPrincipals(policy?.policyDocument ?? '{}', dead);
    if (isChanged) {
      await (policyDocument === undefined
        ? context.calls.json('logs', 'DeleteResourcePolicy', { policyName })
        : context.calls.json('logs', 'PutResourcePolicy', { policyName, policyDocument }));
    }
  },
};

async function policiesOf({ calls }: WiperContext): Promise<LogPolicy[]> {
  return allItems(
    (nextToken?: string) => calls.json<LogPolicies>('logs', 'DescribeResourcePolicies', { nextToken }), (page) => page.resourcePolicies, (page) => page.nextToken);
}
