import { agentTags } from '../../../src/contract/tags';
import { reasonOf } from '../../../src/core/errors';
import { Placement } from '../../../src/core/lifecycle-event';
import { CostTag } from '../../../src/core/monthly-cost';
import { SeenCost } from '../../model/usage';
import { PlainCalls } from '../plain-calls';
import { TaggedContext } from '../principals';

interface Asking {
  readonly calls: Pick<PlainCalls, 'costExplorer'>;
  now(): Date;
}

type CostContext = Asking & Pick<TaggedContext, 'tagPrefix'>;

type Answer = {
  readonly ResultsByTime?: readonly { readonly Total?: { readonly UnblendedCost?: { readonly Amount?: string; readonly Unit?: string } } }[];
};

const DAY_MS = 86_400_000;
const DAYS = 30;
/** What AWS charged in the last 30 days for calls of an agent's role. AWS attributes costs to the principal that calls for Amazon Bedrock only. */
export async function readCost(context: CostContext, { account, agentName }: Placement): Promise<SeenCost> {
  // A tag of the role that calls, once it is activated for cost allocation.
  // https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html
  const key = `iamPrincipal/${agentTags(context.tagPrefix).name}`;
  return costFor(context, key, { And: [tagFilter({ key, value: agentName }), { Dimensions: { Key: 'LINKED_ACCOUNT', Values: [account] } }] });
}

/** What AWS charged in the last 30 days for everything with a tag. */
export async function readCostOfTag(context: Asking, tag: CostTag): Promise<SeenCost> {
  return costFor(context, tag.key, tagFilter(tag));
}

function tagFilter({ key, value }: CostTag): object {
  return { Tags: { Key: key, Values: [value] } };
}

/**
 * It is one request, for which AWS charges 0.01 USD. What is not known is never zero: Cost Explorer returns zero also for a tag that is not activated.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
 */
async function costFor({ calls, now }: Asking, tag: string, filter: object): Promise<SeenCost> {
  const at = now();
  const [from, to] = [DAYS, 0].map((days) => new Date(at.getTime() - days * DAY_MS).toISOString().slice(0, 10));
  const seen = { from, to, readAt: at.toISOString() };
  try {
    const { ResultsByTime: periods = [] } = await calls.costExplorer<Answer>('GetCostAndUsage', {
      TimePeriod: { Start: from, End: to },
      Granularity: 'MONTHLY',
      Metrics: ['UnblendedCost'],
      Filter: filter,
    });
    const costs = periods.flatMap(({ Total: total }) => total?.UnblendedCost ?? []);
    const amount = costs.reduce((sum, { Amount: one = '0' }) => sum + Number(one), 0);
    const rounded = Math.round(amount * 100) / 100;
    return rounded > 0
      ? { ...seen, amount: rounded, unit: costs[0].Unit ?? 'USD' }
      : { ...seen, missing: `no cost is recorded under ${tag}: nothing was charged, less than a cent, or the tag is not activated` };
  } catch (error) {
    return { ...seen, missing: `Cost Explorer did not answer: ${reasonOf(error)}`, unanswered: true };
  }
}
