import { PlacementSummary } from '../../runtime/ledger';
import { FakeAccount } from '../runtime/inventory/fake-account';
import { generateAccount } from '../runtime/inventory/generated-account';

type FakeOptions = NonNullable<Parameters<typeof FakeAccount.start>[1]>;

const CALM: PlacementSummary = {
  account: '111122223333', agentName: 'invoice-bot', status: 'active', stage: 'test', sponsorId: 'ada@example.com', expiresAt: '2099-01-01T00:00:00Z', stackName: 'Mine',
};

/** STS and DynamoDB over HTTP, with a registry of these living agents. */
export function fakeRegistry(agents: readonly Partial<PlacementSummary>[] = [{}], options: FakeOptions = {}): Promise<FakeAccount> {
  const rows = agents.map((agent) => ({ pk: 'registry', sk: `living#${agent.agentName ?? ''}`, summary: { ...CALM, ...agent } }));
  return FakeAccount.start(generateAccount(1, 1), {
    ...options,
    also: {
      Query: (input) => ({ Items: JSON.stringify(input).includes('living#') ? rows.map((row) => (attributeOf(row) as { M: object }).M) : [] }),
      GetItem: () => ({}),
      TransactGetItems: ({ TransactItems }) => ({ Responses: (TransactItems as object[]).map(() => ({})) }),
      PutItem: () => ({}),
      ...options.also,
    },
  });
}

/** A value as DynamoDB sends it. */
function attributeOf(value: unknown): object {
  return typeof value === 'string' ? { S: value } : typeof value === 'boolean' ? { BOOL: value }
    : { M: Object.fromEntries(Object.entries(value as object).map(([key, member]) => [key, attributeOf(member)])) };
}
