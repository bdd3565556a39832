import { UsageContext, UsageSource, Verdict } from './source';
import { allItems } from '../../pages';

interface Analyzer {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly createdAt?: string;
  readonly configuration?: { readonly unusedAccess?: { readonly unusedAccessAge?: number } };
}
interface Finding { readonly findingType?: string; readonly status?: string; readonly analyzedAt?: string }
type Page<K extends string, T> = { readonly [key in K]?: T[] } & { readonly nextToken?: string };

const DAY_MS = 86_400_000;
const DEFAULT_AGE_DAYS = 90;
/** An analyzer scans daily. */
const STALE_DAYS = 3;

/**
 * What an analyzer for unused access of IAM Access Analyzer says, if the account has one in the registry's region. An analyzer that tracks a longer time
 * than the agent may be idle can't judge. One that has not found the role unused contradicts the other sources, so nothing is known.
 * https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindingsV2.html
 */
export const unusedAccess: UsageSource = {
  name: 'unused access (Access Analyzer)',
  needs: [
    // ListFindingsV2 is authorized by this action too. Access Analyzer can't restrict the list of analyzers to resources.
    { sid: 'FindAnalyzers', actions: ['access-analyzer:ListAnalyzers'], resources: ['*'] },
    { sid: 'ReadFindings', actions: ['access-analyzer:ListFindings'], resources: ['arn:{partition}:access-analyzer:{region}:{account}:analyzer/*'] },
  ],
  async read(context, { principal: { roleArn }, idleDays }, now) {
    const all = await allItems(
      (nextToken) => context.calls.accessAnalyzer<Page<'analyzers', Analyzer>>('GET', '/analyzer', { ...(nextToken === undefined ? {} : { nextToken }), type: 'ACCOUNT_UNUSED_ACCESS' }),
      (page) => page.analyzers, (page) => page.nextToken);
    const judging = all.filter(({ configuration }) => (configuration?.unusedAccess?.unusedAccessAge ?? DEFAULT_AGE_DAYS) <= idleDays);
    const verdicts = await Promise.all(judging.map((analyzer) => verdictOf(context, analyzer, roleArn, now)));
    return verdicts.find(({ verdict }) => verdict === 'unknown') ?? verdicts[0];
  },
};

async function verdictOf(
  context: UsageContext, { arn: analyzerArn, name, status, configuration }: Analyzer, roleArn: string, now: Date,
): Promise<Verdict> {
  if (status !== 'ACTIVE') {
    return { verdict: 'unknown', evidence: `the analyzer ${name} is ${status}` };
  }
  const findings = await allItems(
    (nextToken) => context.calls.accessAnalyzer<Page<'findings', Finding>>('POST', '/findingv2', {
      analyzerArn, filter: { resource: { eq: [roleArn] } }, ...(nextToken === undefined ? {} : { nextToken }),
    }),
    (page) => page.findings, (page) => page.nextToken);
  // An archive rule says that nobody wants to see the finding, and not that the role is used.
  const found = findings.find((finding) => finding.findingType === 'UnusedIAMRole' && finding.status !== 'RESOLVED');
  if (found === undefined) {
    return { verdict: 'unknown', evidence: `the analyzer ${name} does not find the role unused` };
  }
  const age = configuration?.unusedAccess?.unusedAccessAge ?? DEFAULT_AGE_DAYS;
  return Date.parse(found.analyzedAt ?? '') > now.getTime() - STALE_DAYS * DAY_MS
    ? { verdict: 'unused', evidence: `the analyzer ${name} found no use for ${age} days, at ${found.analyzedAt}` }
    : { verdict: 'unknown', evidence: `the analyzer ${name} last looked at ${found.analyzedAt ?? 'an unknown time'}` };
}
