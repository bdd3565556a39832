import { paginateListRoles } from '@aws-sdk/client-iam';
import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Fleet } from '../runtime/ledger';
import { agentApp, platform } from '../test/e2e/harness/apps';
import { LocalAws } from '../test/e2e/harness/local-aws';

/**
 * Deploys agents of one stack to the local emulator, and right after them as many bare roles with the same access, and prints how long each took:
 * `npx tsx --tsconfig bench/tsconfig.json bench/deploy.ts [agents]`.
 */
const agents = Number(process.argv[2] ?? 100);
const names = Array.from({ length: agents }, (_, index) => `bot-${index}`);

async function main(): Promise<void> {
  const aws = await LocalAws.start();
  try {
    await aws.deploy(platform());
    const managedMs = await timed(() => aws.deploy(agentApp({ agentNames: names })));
    await aws.executionsDone();
    const bareMs = await timed(() => aws.deploy((app, env) => bare(new Stack(app, 'Roles', { env }))));
    // Figures of a deployment that did not do its work are worth nothing.
    const joined = await new Fleet(aws.registry.table).count();
    const roles = await rolesOf(aws);
    if (joined !== agents || roles !== 2 * agents) {
      throw new Error(`BenchmarkInvalid: ${joined} of ${agents} agents joined, ${roles} of ${2 * agents} roles exist`);
    }
    console.log(JSON.stringify({ agents, managedMs, bareMs }));
  } finally {
    await aws.stop();
  }
}

function bare(stack: Stack): void {
  for (const name of names) {
    const role = new iam.Role(stack, name, { roleName: `bare-${name}`, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [`arn:aws:dynamodb:${stack.region}:${stack.account}:table/invoices`] }));
  }
}

async function rolesOf(aws: LocalAws): Promise<number> {
  let count = 0;
  for await (const { Roles: page = [] } of paginateListRoles({ client: aws.iam }, {})) {
    count += page.filter(({ RoleName: name = '' }) => /^(bare-)?bot-\d+/.test(name)).length;
  }
  return count;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return Math.round(performance.now() - began);
}

void main();
