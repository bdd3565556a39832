import { join } from 'node:path';
import { synthesizeExample } from './synthesize';
import { Tools, tools, Workspace } from './terraform';

/** What each example uses but doesn't create. */
const APPS: readonly (readonly [app: string, agents: number, given: readonly string[]])[] = [
  ['google-one-agent/app', 1, []],
  ['google-from-lambda/google-app', 1, ['projects/acme-test/datasets/ledger']],
  ['google-fleet/app', 3, [
    'projects/acme-prod/datasets/ledger', 'projects/acme-test/datasets/receivables', 'projects/acme-test/datasets/vendors', 'projects/acme-agents/topics/matched',
  ]],
];

/** The stack with the records, which outlives the agents. */
const PLATFORM = 'agent-platform';

describe('the examples on the real Terraform', () => {
  let made: Tools;
  let workspace: Workspace;

  beforeAll(async () => {
    made = await tools();
  }, 600_000);

  beforeEach(async () => {
    workspace = await Workspace.open(made);
  });

  afterEach(() => workspace.close());

  test.each(APPS)('%s deploys, plans nothing more, and leaves no account and no grant', async (app, agents, given) => {
    const fake = workspace.google;
    given.forEach((name) => fake.documents.add(name, 'given'));
    const stacks = await synthesizeExample(join(workspace.root, 'out'), app);
    for (const stack of stacks) {
      workspace.directory = stack;
      await workspace.must('init', '-input=false');
      await workspace.must('validate');
      await workspace.apply();
      expect(await workspace.plannedChanges()).toBe('');
    }
    const bots = fake.accounts.all().filter(({ email }) => !email.startsWith('nhi-janitor'));
    expect(bots).toHaveLength(agents);
    bots.forEach(({ email }) => fake.accounts.addKey(email));

    for (const stack of stacks.filter((path) => !path.endsWith(PLATFORM))) {
      workspace.directory = stack;
      await workspace.destroy();
      expect(await workspace.addresses()).toEqual([]);
    }
    expect(fake.accounts.all()).toEqual([]);
    expect([...fake.policies.all().values()].flatMap(({ bindings }) => bindings)).toEqual([]);
    if (!stacks.some((path) => path.endsWith(PLATFORM))) {
      expect(fake.documents.names().sort()).toEqual([...given].sort());
    }
  });
});
