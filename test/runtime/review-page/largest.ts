import { PageWorld } from './page-world';
import { ShownAccess, ShownItem } from '../../../runtime/certification';
import { PlacementState } from '../../../runtime/model/placement-state';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';

const SERVICES = 60;
const ACTIONS = 20;
/** What JSON and HTML both have to escape. */
const QUOTED = 'he said "no" & <left> ';

const arn = (service: string, index: number): string => `arn:aws:${service}:eu-central-1:111122223333:table/${'department-of-supplier-invoices-and-orders-'.repeat(4)}${index}`;
const text = (length: number): string => QUOTED.repeat(length).slice(0, length);

/** One service has a policy that is far longer than the others. */
function item(index: number): ShownItem {
  const service = `service-with-a-long-name-${index}`;
  const actions = Array.from({ length: ACTIONS }, (_, at) => `${service}:DescribeSomethingOfTheLongestNamesThatIamHas${at}`);
  const granted = Array.from({ length: index === 0 ? 40 : 2 }, (_, at) => ({ actions, resources: Array.from({ length: 5 }, (_unused, of) => arn(service, at * 5 + of)), condition: `{"StringEquals":{"aws:PrincipalTag/team":"${text(200)}"}}`, source: `arn:aws:s3:::${'bucket-of-a-department-'.repeat(4)}${at}` }));
  return {
    service,
    digest: 'a'.repeat(16),
    hasFindings: true,
    declared: granted,
    granted,
    use: { verdict: 'unused', evidence: text(500) } as ShownItem['use'],
    denied: actions,
    peers: { having: 1, of: 400 },
    findings: ['unused', 'granted-not-declared', 'declared-not-granted', 'wider-than-peers'],
    notDeclared: actions,
    notGranted: actions,
  };
}

/** The largest review that can be expected: more services than any agent should have, with long policies, texts that have to be escaped, and a long life. */
export interface LargestReview {
  readonly state: PlacementState;
  readonly shown: ShownAccess;
  readonly events: readonly LifecycleEvent[];
}

export async function largestReview(world: PageWorld): Promise<LargestReview> {
  const before = await world.now();
  const open = before.review!.open!;
  const items = Array.from({ length: SERVICES }, (_, index) => item(index));
  const shown: ShownAccess = {
    ...(await world.page.desk.shown(open))!,
    items,
    attached: Array.from({ length: 50 }, (_, index) => `arn:aws:iam::aws:policy/${'AdministratorAccess'.repeat(3)}${index}`),
    unread: Array.from({ length: 50 }, (_, index) => ({ what: `policy arn:aws:iam::111122223333:policy/${'long-name/'.repeat(10)}${index}`, reason: text(100) })),
    signals: ['access keys last used', 'own secrets last accessed', 'live compute'].map((source) => ({ source, verdict: 'unknown' as const, evidence: text(500) })),
    cost: { from: '2026-05-02', to: '2026-06-01', readAt: before.joinedAt, missing: text(300) },
    construct: 'Billing/'.repeat(20),
  };
  const at = world.fake.now.toISOString();
  const sponsor = { ...before.declared.sponsor, accountableName: text(128), accountableEmail: before.declared.sponsor.accountableEmail };
  const [principal] = Object.values(before.principals);
  const principals = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`AROA${index}`, { ...principal, roleId: `AROA${index}`, roleArn: `arn:aws:iam::111122223333:role/${'agents/'.repeat(60)}${index}`, status: 'retired' as const }]));
  const state: PlacementState = {
    ...before,
    sequence: 500,
    principals: { ...principals, ...before.principals },
    declared: {
      ...before.declared,
      purpose: text(256),
      sponsor,
      ownSecrets: Array.from({ length: 100 }, (_, index) => `agents/${'invoice-bot/'.repeat(10)}${index}`),
      access: { ...before.declared.access!, stages: [{ stage: before.declared.stage, digest: '', grants: items.flatMap(({ granted }) => granted), omitted: 7 }] },
    },
    reduction: {
      denied: items.flatMap(({ denied }) => denied).slice(0, 400).map((action) => ({ action, by: sponsor.accountableEmail, at })), effects: {},
    },
    suspension: { since: at, by: 'ops', reason: text(500) },
    trouble: { since: at, code: 'StackNotAtRest', message: text(1_000), requestId: 'r' },
    review: { certifiedAt: at, certified: {}, open: { ...open, causes: ['interval', 'campaign', 'moved', 'sponsor-changed', 'sponsor-lapsed', 'drift-found', 'orphan-found'], shown: { ...open.shown, items }, decisions: [] } },
  };
  const [joined] = await world.page.desk.events(before);
  const types = ['suspended', 'resumed', 'certified', 'moved', 'left'].map((name) => joined.type.replace('joined', name));
  const events = Array.from({ length: 500 }, (_, index): LifecycleEvent => ({
    ...joined,
    type: index === 0 ? joined.type : types[index % 5],
    time: new Date(Date.parse(joined.time) + index * 3_600_000).toISOString(),
    data: {
      ...joined.data,
      unmapped: {
        stage: index % 2 === 0 ? 'test' : 'production',
        details: {
          reason: text(500), by: [`${'a'.repeat(60)}@example.com`], shown: 'b'.repeat(64), kept: items.map(({ service }) => service), reduced: [], ...(index % 5 === 4 ? { certificate: `certificates/${'x'.repeat(200)}`, certificateSha256: 'c'.repeat(64) } : {}),
        },
      },
    },
  }));
  return { state, shown, events };
}

/** Puts it in the place of what the page reads. */
export async function showLargest(world: PageWorld): Promise<LargestReview> {
  const largest = await largestReview(world);
  Object.assign(world.page.desk, { state: async () => largest.state, shown: async () => largest.shown, events: async () => largest.events });
  return largest;
}
