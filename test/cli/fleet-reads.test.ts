import { Registry } from './registry';
import { BUCKET_READS, EVIDENCE_READS, INDEX_READS, ROW_READS } from '../../src/aws/guards/registry-resources';
import { globMatches } from '../../src/aws/iam/globs';
import { DUE_ROW, FLEET_ROWS } from '../../src/contract/ledger-rows';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: {
    readonly Key?: { pk: string };
    readonly ExpressionAttributeValues?: Record<string, string>;
    readonly VersionId?: string;
    readonly IndexName?: string;
  };
}
type Client = { send: (command: Command) => Promise<unknown> };

const ACTIONS: Record<string, (input: Command['input']) => string> = {
  GetCommand: () => 'dynamodb:GetItem',
  QueryCommand: () => 'dynamodb:Query',
  ListObjectVersionsCommand: () => 's3:ListBucketVersions',
  GetObjectCommand: ({ VersionId }) => (VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'),
};

/** Records a client's calls as IAM sees them: the action, and the partition in the table. */
function watch(client: unknown, seen: [action: string, row?: string][]): void {
  const watched = client as Client;
  const send = watched.send.bind(watched);
  watched.send = (command) => {
    const { constructor: { name }, input } = command;
    seen.push([ACTIONS[name]?.(input) ?? name, input.Key?.pk ?? input.ExpressionAttributeValues?.[input.IndexName === undefined ? ':pk' : ':shard']]);
    return send(command);
  };
}

test.each([['list'], ['list', '--ending', '30'], ['status'], ['show', 'invoice-bot'], ['verify', 'invoice-bot'], ['verify', '--all'], ['certificate', 'invoice-bot']])('a reader of the fleet may make every call of nhi %s', async (...words) => {
  const registry = new Registry();
  await registry.join();
  await registry.leave('left-1', '2026-06-01T00:00:00.000Z', { told: words[0] === 'verify' });
  const seen: [action: string, row?: string][] = [];
  watch(registry.memory.table.client, seen);
  watch(registry.bucket.s3, seen);

  expect(await registry.nhi(...words)).toMatchObject({ exitCode: 0 });

  expect(seen.length).toBeGreaterThan(0);
  const allowed = ([action, row]: [string, string?]): boolean => (action.startsWith('dynamodb:')
    ? (ROW_READS.includes(action) && FLEET_ROWS.some((pattern) => globMatches(pattern, row ?? ''))) || (INDEX_READS.includes(action) && row?.startsWith(DUE_ROW) === true)
    : [...BUCKET_READS, ...EVIDENCE_READS].includes(action));
  expect(seen.filter((call) => !allowed(call))).toEqual([]);
});
