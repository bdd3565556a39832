import { cpus } from 'node:os';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { aws_iam as iam, Duration } from 'aws-cdk-lib';
import { dueWith } from '../runtime/engine/agenda';
import { declarationOf } from '../runtime/engine/agenda/drift';
import { PlacementLedger } from '../runtime/ledger';
import { DEFAULT_AGENDA } from '../runtime/model/agenda-settings';
import { PlacementState } from '../runtime/model/placement-state';
import { PlannedEvent } from '../runtime/model/plan';
import { DEFAULT_REVIEWS } from '../runtime/model/review';
import { Connection, listReviews, proposeDecision, verifyPlacement } from '../runtime/operator';
import { agentApp, platform } from '../test/e2e/harness/apps';
import { LocalAws } from '../test/e2e/harness/local-aws';
import { asPerson, roleOfPeople } from '../test/e2e/harness/people';
import { sweep } from '../test/e2e/harness/sweep';
import { AccessCertification } from 'cdk-nhi-lifecycle';

/**
 * Opens reviews on the local emulator, as a sweep does, and decides a sample: `npx tsx --tsconfig bench/tsconfig.json bench/reviews.ts [agents] [decisions]`. It takes about five minutes, so it is no part
 * of `npm test` or `npm run bench`.
 */
const [agents, decisions] = [Number(process.argv[2] ?? 2_000), Number(process.argv[3] ?? 100)];
const MODEL = 'model-bot';
const REVIEWER = 'ada.park@example.com';
const TOGETHER = 20;
const DAY_MS = 86_400_000;
/** Older than the interval of the reviews, and younger than what an agent may be idle. */
const AGE_DAYS = 20;
const INTERVAL = Duration.days(10);
const DRIFT_CHECK = Duration.days(30);

async function main(): Promise<void> {
  const aws = await LocalAws.start();
  try {
    await aws.deploy((app, env) => platform({
      agenda: { interval: Duration.days(1), driftCheck: DRIFT_CHECK, concurrency: TOGETHER },
      also: (stack, registry) => void new AccessCertification(stack, 'Reviews', {
        registry, interval: INTERVAL, reviewerRoles: [iam.Role.fromRoleArn(stack, 'Reviewer', `arn:aws:iam::${env.account}:role/reviewer`)],
      }),
    })(app, env));
    await aws.deploy(agentApp({ stackName: 'Model', agentName: MODEL }));
    // The first sweep with new settings reads all agents.
    await sweep(aws);
    const names = Array.from({ length: agents }, (_, index) => `bot-${index}`);
    const fillMs = await timed(() => fill(aws, names));
    const openMs = await timed(() => sweep(aws));
    const open = (await listReviews(aws.registry)).map(({ agentName }) => agentName);
    requireThat(open.length === agents && names.every((name) => open.includes(name)), `${open.length} of ${agents} reviews are open`);
    await aws.executionsDone();
    await roleOfPeople(aws, 'reviewer', 'may-review');
    const reviewer = await asPerson(aws, REVIEWER, 'reviewer');
    const sample = names.filter((_, index) => index % Math.ceil(agents / decisions) === 0);
    const decideMs = await timed(() => inTurns(sample, (name) => decide(reviewer, name)));
    const left = (await listReviews(aws.registry)).length;
    requireThat(left === agents - sample.length, `${left} reviews are open after ${sample.length} decisions of ${agents}`);
    for (const name of sample) {
      const { chain } = await verifyPlacement(aws.registry, name, new Date());
      requireThat(chain.intact, `the chain of ${name} is broken: ${JSON.stringify(chain)}`);
    }
    console.log(JSON.stringify({ agents, fillMs, openMs, perReviewMs: openMs / agents, decisions: sample.length, decideMs, cpus: `${cpus().length} x ${cpus()[0].model.trim()}` }));
  } finally {
    await aws.stop();
  }
}

/** Living agents with roles of their own, written by the ledger's code. They are like an agent that was deployed, and joined earlier. */
async function fill(aws: LocalAws, names: readonly string[]): Promise<void> {
  const { table, ledger: reader } = aws.registry;
  const settings = {
    ...DEFAULT_AGENDA, driftCheckSeconds: DRIFT_CHECK.toSeconds(), review: { ...DEFAULT_REVIEWS, intervalSeconds: INTERVAL.toSeconds() },
  };
  const ledger = new PlacementLedger(table, dueWith(settings));
  const model = (await reader.state({ account: aws.env.account, agentName: MODEL }))!;
  const [{ data: { unmapped } }] = await reader.events(model.placement);
  const { details } = unmapped as { details: PlannedEvent['details'] };
  const joined = new Date(Date.now() - AGE_DAYS * DAY_MS);
  await inTurns(names, async (agentName) => {
    const { roleName, roleArn, roleId } = await role(aws, agentName, model);
    const record = { ...model.principals[model.present], roleName, roleArn, roleId };
    const change = { status: 'active' as const, present: roleId, principals: { [roleId]: record }, owner: model.owner, declared: model.declared, joinedAt: joined.toISOString() };
    const placement = { ...model.placement, agentName };
    const declaration = declarationOf({ ...model, ...change, placement });
    const drift = { roleId, declaration, checkAt: new Date(Date.now() + DAY_MS).toISOString().replace(/\.\d+Z/, 'Z') };
    const event = { name: 'joined' as const, stage: model.declared.stage, roleId, key: `joined/${roleId}`, details };
    await ledger.commit(placement, undefined, { ...change, agenda: { drift }, review: { since: joined.toISOString() } }, [event], { registry: 'agents', actor: 'benchmark', time: joined });
  });
}

async function role({ iam: client }: LocalAws, agentName: string, { principals, present }: PlacementState) {
  const { stage, path } = principals[present];
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  const { Role: made } = await client.send(new CreateRoleCommand({ RoleName: `${agentName}-${stage}`, Path: path, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const access = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: `arn:aws:dynamodb:*:*:table/${agentName}` }] };
  await client.send(new PutRolePolicyCommand({ RoleName: made!.RoleName, PolicyName: 'access', PolicyDocument: JSON.stringify(access) }));
  return { roleName: made!.RoleName!, roleArn: made!.Arn!, roleId: made!.RoleId! };
}

async function decide(reviewer: Connection, agentName: string): Promise<void> {
  const wanted = { verdict: 'keep' as const, items: ['dynamodb'], reason: 'It is needed for the monthly closing' };
  const { make } = await proposeDecision(reviewer, agentName, wanted, undefined, { now: new Date(), tell: () => undefined, lookEveryMs: 50 });
  requireThat((await make()).review?.open === undefined, `the review of ${agentName} is still open`);
}

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  await Promise.all(Array.from({ length: TOGETHER }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await work(next);
    }
  }));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  const ms = Math.round(performance.now() - began);
  console.log(`${(ms / 1000).toFixed(1)} s`);
  return ms;
}

function requireThat(holds: boolean, otherwise: string): void {
  if (!holds) {
    throw new Error(`BenchmarkInvalid: ${otherwise}`);
  }
}

void main();
