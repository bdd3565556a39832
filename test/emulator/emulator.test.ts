import { ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Emulator } from './emulator';
import { Cloud } from './harness/cloud';
import { invoke, makeFunction } from './harness/functions';
import { makeRole } from './harness/principals';
import { eventually, isRunning } from './harness/processes';
import { makeResident, Resident } from './harness/resident';

let scratch: string;
let cloud: Cloud;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'nhi-emulator-test-'));
  cloud = await Cloud.start();
});

afterAll(async () => {
  await cloud.stop();
  await rm(scratch, { recursive: true, force: true });
});

const answers = (url: string) => fetch(`${url}/_ministack/health`).then(({ ok }) => ok, () => false);
const rolesOf = async ({ emulator: { url }, ...rest }: Cloud, accessKeyId = rest.account) => {
  const iam = new IAMClient({ endpoint: url, region: rest.region, credentials: { accessKeyId, secretAccessKey: 'test' } });
  return ((await iam.send(new ListRolesCommand({}))).Roles ?? []).map(({ RoleName: name }) => name);
};

/** Which parts of an emulator still exist: true for each process, the directory and the server. */
const remains = async ({ pids, directory, url }: Resident) => [...pids.map(isRunning), existsSync(directory), await answers(url)];

describe('start', () => {
  test('two at once have ports and accounts of their own, on the loopback address', async () => {
    const other = await Cloud.start();
    try {
      await makeRole(cloud, 'only-here');

      expect(new URL(other.emulator.url).port).not.toBe(new URL(cloud.emulator.url).port);
      expect([cloud, other].map(({ emulator }) => new URL(emulator.url).hostname)).toEqual(['127.0.0.1', '127.0.0.1']);
      expect(await rolesOf(cloud)).toContain('only-here');
      expect(await rolesOf(other)).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  test('every 12-digit access key id is the administrator of an account', async () => {
    const identity = async (accountId: string) => {
      const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = cloud.emulator.envFor(accountId);
      const sts = new STSClient({ endpoint, region: cloud.region, credentials: { accessKeyId, secretAccessKey } });
      return (await sts.send(new GetCallerIdentityCommand({}))).Account;
    };

    expect([await identity('111122223333'), await identity('444455556666')]).toEqual(['111122223333', '444455556666']);
  });

  test('what it says is in its log', async () => {
    expect(cloud.emulator.logFile).toMatch(/\.cache\/emulator-logs\/\d+\.log$/);
    expect(await readFile(cloud.emulator.logFile, 'utf8')).toMatch(/ministack/i);
  });

  test('one that can\'t take its port says so', async () => {
    const holder = await new Promise<Server>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
    });
    const { port } = holder.address() as { port: number };
    const logFile = join(scratch, 'taken.log');
    try {
      const start = Emulator.start({ logFile, settings: { GATEWAY_PORT: String(port) } });

      await expect(start).rejects.toMatchObject({ name: 'EmulatorError', code: 'StartFailed', message: expect.stringContaining(logFile) });
      await expect(start).rejects.toThrow(/in use/);
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  });

  test('one that ends before it is ready says why', async () => {
    const logFile = join(scratch, 'failed.log');

    await expect(Emulator.start({ logFile, settings: { GATEWAY_PORT: 'none' } })).rejects.toMatchObject({
      code: 'StartFailed', message: expect.stringMatching(/ended before it was ready; see .*failed\.log\. It said: [^]*none/),
    });
  });

  test('one that takes too long says so, and is ended', async () => {
    const logFile = join(scratch, 'late.log');

    await expect(Emulator.start({ logFile, startTimeoutMs: 1 })).rejects.toMatchObject({
      code: 'StartTimedOut', message: expect.stringMatching(/not ready after 1 ms; see .*late\.log/),
    });
  });
});

describe('reset', () => {
  test('it empties every account', async () => {
    await makeRole(cloud, 'bot');
    await makeFunction(cloud, 'worker', 'exports.handler = async () => 1;');
    expect(await invoke(cloud, 'worker')).toBe(1);
    expect(await rolesOf(cloud)).toEqual(expect.arrayContaining(['bot', 'worker']));

    await cloud.emulator.reset();

    expect(await rolesOf(cloud)).toEqual([]);
    await expect(invoke(cloud, 'worker')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('without an emulator it fails with a code', async () => {
    const gone = await Emulator.start();
    await gone.stop();

    await expect(gone.reset()).rejects.toMatchObject({ code: 'ResetFailed', message: expect.stringContaining(gone.logFile) });
  });
});

describe('the end', () => {
  test('stop ends it with its functions and what they started, and removes its directory', async () => {
    const own = await Cloud.start();
    const resident = await makeResident(own);
    expect(await remains(resident)).toEqual([true, true, true, true, true]);
    expect(resident.directory).toMatch(/nhi-emulator-/);

    await own.stop();
    await own.stop();

    expect(await remains(resident)).toEqual([false, false, false, false, false]);
    expect(await answers(cloud.emulator.url)).toBe(true);
  });

  test.each(['killed', 'ended'])('it ends with everything when its parent is %s', async (way) => {
    const parent = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'harness', 'start-and-stay.ts'), ...(way === 'ended' ? ['end'] : [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const resident = await firstLine(parent) as Resident;
    if (way === 'killed') {
      expect(await remains(resident)).toEqual([true, true, true, true, true]);
      parent.kill('SIGKILL');
    }

    expect(await eventually(async () => !(await remains(resident)).includes(true))).toBe(true);
  });
});

async function firstLine({ stdout }: ChildProcess): Promise<unknown> {
  if (stdout === null) {
    throw new Error('there is no output to read');
  }
  for await (const line of createInterface({ input: stdout })) {
    return JSON.parse(line);
  }
  throw new Error('the process ended without a word');
}
