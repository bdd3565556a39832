import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { iamLimiter, limited } from '../../../runtime/handlers/clients';
import { MemoryTable } from '../ledger/memory-table';

const THROTTLED = '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>';
const ROLE = '<GetRoleResponse><GetRoleResult><Role><RoleName>bot</RoleName></Role></GetRoleResult></GetRoleResponse>';

/** A client whose service throttles the first calls. */
function clientOf(throttled: number): { readonly iam: IAMClient; readonly attempts: () => number } {
  let attempts = 0;
  const requestHandler = {
    handle: async () => {
      const isThrottled = ++attempts <= throttled;
      const body = isThrottled ? THROTTLED : ROLE;
      return { response: { statusCode: isThrottled ? 400 : 200, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) } };
    },
  };
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'none' };
  const iam = new IAMClient({ region: 'eu-west-1', credentials, maxAttempts: 3, requestHandler: requestHandler as never });
  return { iam, attempts: () => attempts };
}

let written: jest.SpyInstance;
beforeEach(() => (written = jest.spyOn(process.stdout, 'write').mockImplementation(() => true)));
afterEach(() => written.mockRestore());

test('each attempt of a call is under the limiter: what the client repeats by itself lowers the rate, and is counted', async () => {
  const memory = new MemoryTable();
  const limiter = iamLimiter(memory.table, 'agents');
  const { iam, attempts } = clientOf(2);
  const { Role } = await limited(iam, limiter).send(new GetRoleCommand({ RoleName: 'bot' }));
  expect([Role?.RoleName, attempts()]).toEqual(['bot', 3]);
  expect((await limiter.rate()).perSecond).toBe(12);
  expect(written.mock.calls.filter(([line]) => String(line).includes('IamThrottled'))).toHaveLength(2);
});

test('twin: a client that is not throttled writes nothing, and in the background it reserves', async () => {
  const memory = new MemoryTable();
  const limiter = iamLimiter(memory.table, 'agents');
  const { iam } = clientOf(0);
  limited(iam, limiter);
  await iam.send(new GetRoleCommand({ RoleName: 'bot' }));
  expect(memory.calls).toEqual([]);
  limiter.isBackground = true;
  await iam.send(new GetRoleCommand({ RoleName: 'bot' }));
  expect(memory.calls).toEqual(['Get', 'Put']);
});
