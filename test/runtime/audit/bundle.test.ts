import { createHash } from 'node:crypto';
import { cpSync, existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { AuditWorld, Folders } from './audit-world';
import { WrittenAgents } from './written-agents';
import { DownloadedBundle, downloadEvidence, VerifiedBundle, verifyBundle } from '../../../runtime/audit';
import { tellRegistry } from '../../../runtime/sweep/tell';
import { ORPHAN_ROLE_TYPE } from '../../../src/contract/registry-events';
import { canonicalJson } from '../../../src/core/canonical-json';
import { hashEvent } from '../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { FakeSweeper } from '../sweep/sweeping';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const EVENTS = 'evidence/events/111122223333/invoice-bot';
const quiet = (): void => undefined;
const folders = new Folders();
let world: AuditWorld;
let taken: DownloadedBundle;

beforeAll(async () => {
  world = new AuditWorld();
  await world.story();
  taken = await downloadEvidence(world.connection, folders.next('bundle'), world.fake.now, quiet);
});

afterAll(() => folders.remove());

const verify = (folder: string, digest?: string): Promise<VerifiedBundle> => verifyBundle(folder, digest, quiet);
const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => lstatSync(join(folder, file)).isFile()).sort();
const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const eventFile = (number: number): string => `${EVENTS}/${String(number).padStart(12, '0')}.json`;

interface Manifest {
  heads: { agentName: string; events: number; hash: string; unsent: number[] }[];
  key: { keyId: string; publicKey: string; fingerprint: string } | null;
  files: { key: string; versionId: string; writtenAt: string; bytes: number; sha256: string }[];
}

/** What somebody does who knows how bundles are made: the manifest fits the files again. */
function forge(folder: string, change: (manifest: Manifest) => void = () => undefined): void {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  const there = new Set(filesIn(join(folder, 'evidence')));
  const kept = manifest.files.filter(({ key }) => there.has(key));
  const others = [...there].filter((key) => !kept.some((file) => file.key === key)).map((key) => ({ key, versionId: '', writtenAt: '', bytes: 0, sha256: '' }));
  manifest.files = [...kept, ...others].map((file) => {
    const content = readFileSync(join(folder, 'evidence', file.key));
    return { ...file, bytes: content.length, sha256: sha256(content) };
  }).sort((one, other) => (one.key < other.key ? -1 : 1));
  change(manifest);
  const text = canonicalJson(manifest);
  writeFileSync(join(folder, 'manifest.json'), text);
  writeFileSync(join(folder, 'manifest.sha256'), `${sha256(text)}  manifest.json\n`);
}

describe('what was downloaded', () => {
  test('verifies, from its files alone, and says what a person has to compare', async () => {
    const verdict = await verify(taken.folder);

    expect(verdict.findings).toEqual([]);
    expect(verdict).toMatchObject({
      digest: taken.digest,
      isExpected: false,
      taken: { registry: 'agents', account: '111122223333', takenBy: world.connection.operator },
      key: { keyId: world.kms.key!.id, fingerprint: sha256(Buffer.from(world.kms.key!.publicKey)) },
      agents: 1,
      certificates: 2,
      pending: 0,
      campaigns: [{ campaign: '2026-q3', closed: true, strangers: 0, undecided: 0 }],
    });
    expect(verdict.events).toBe((await world.names()).length);
    expect(await verify(taken.folder, taken.digest)).toMatchObject({ isExpected: true, findings: [] });
  });

  test('is every object of the evidence, readable by its owner only, with a digest that sha256sum checks', () => {
    const keys = [...world.bucket.objects.keys()].sort();
    expect(filesIn(join(taken.folder, 'evidence'))).toEqual(keys);
    expect(new Set(keys.map((key) => key.split('/')[0]))).toEqual(new Set(['acknowledgements', 'campaigns', 'certificates', 'events', 'reviews', 'snapshots']));
    expect(new Set(filesIn(taken.folder).map((file) => statSync(join(taken.folder, file)).mode.toString(8).slice(-3)))).toEqual(new Set(['600']));
    expect(readFileSync(join(taken.folder, 'manifest.sha256'), 'utf8')).toBe(`${sha256(readFileSync(join(taken.folder, 'manifest.json')))}  manifest.json\n`);
  });

  test('has the first version of each object, whatever was written later', async () => {
    const key = [...world.bucket.objects.keys()].find((one) => one.startsWith('certificates/'))!;
    const before = world.bucket.objects.get(key)!;
    world.bucket.write(key, '{}');
    world.bucket.delete(key);
    try {
      const { folder } = await downloadEvidence(world.connection, folders.next(), world.fake.now, quiet);
      expect(readFileSync(join(folder, 'evidence', key), 'utf8')).toBe(before);
      expect((await verify(folder)).findings).toEqual([]);
    } finally {
      world.bucket.forget(key);
      world.bucket.write(key, before);
    }
  });

  test('is not written over anything, and nothing is left of a download that failed', async () => {
    await expect(downloadEvidence(world.connection, taken.folder, world.fake.now, quiet)).rejects.toMatchObject({ code: 'BundleExists' });
    const folder = folders.next('failed');
    let calls = 0;
    world.bucket.disturb = () => {
      if (++calls > 40) {
        throw new Error('SlowDown');
      }
    };
    await expect(downloadEvidence(world.connection, folder, world.fake.now, quiet)).rejects.toThrow('SlowDown');
    world.bucket.disturb = quiet;
    expect(readdirSync(dirname(folder)).filter((name) => name.startsWith('failed'))).toEqual([]);
  });

  test('an object whose key is no file name is not written anywhere, and is a finding', async () => {
    world.bucket.write('events/111122223333/../../../../escaped.json', '{}');
    const { folder, manifest } = await downloadEvidence(world.connection, folders.next(), world.fake.now, quiet);
    world.bucket.forget('events/111122223333/../../../../escaped.json');

    expect(manifest.refused).toEqual(['events/111122223333/../../../../escaped.json']);
    expect(existsSync(join(dirname(folder), 'escaped.json'))).toBe(false);
    expect((await verify(folder)).findings).toEqual([{ file: 'manifest.json', expected: expect.any(String), found: expect.stringContaining('escaped.json') }]);
  });
});

describe('what is not as it was', () => {
  test('a byte of any file: the file, the event, what was expected and what was found', async () => {
    const files = filesIn(taken.folder);
    await fc.assert(fc.asyncProperty(fc.nat(files.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (index, at, by) => {
      const copy = folders.copyOf(taken.folder);
      const content = readFileSync(join(copy, files[index]));
      content[at % content.length] = (content[at % content.length] + by) % 256;
      writeFileSync(join(copy, files[index]), content);
      const { findings: [first] } = await verify(copy);

      expect(first).toMatchObject({ file: files[index].replace('manifest.sha256', 'manifest.json'), expected: expect.any(String), found: expect.stringContaining('SHA-256') });
      const [, number] = /events\/.*\/(\d{12})\.json$/.exec(files[index]) ?? [];
      expect(first.event).toBe(number === undefined ? undefined : Number(number));
      rmSync(copy, { recursive: true });
    }), { numRuns: 60 });
  });

  test('a file that is missing, added, truncated, or in the place of another', async () => {
    const files = filesIn(join(taken.folder, 'evidence')).map((file) => `evidence/${file}`);
    const other = fc.tuple(fc.nat(files.length - 1), fc.nat(files.length - 2))
      .map(([one, next]) => [files[one], files[(one + 1 + next) % files.length]]);
    const ways = fc.constantFrom<(copy: string, one: string, another: string) => string>(
      (copy, one) => { rmSync(join(copy, one)); return one; },
    (copy, one) => { cpSync(join(copy, one), join(copy, `${one}.json`)); return `${one}.json`; },
    (copy, one) => { truncateSync(join(copy, one), statSync(join(copy, one)).size - 1); return one; },
    (copy, one, another) => {
      renameSync(join(copy, one), join(copy, 'other'));
      renameSync(join(copy, another), join(copy, one));
      renameSync(join(copy, 'other'), join(copy, another));
      return [one, another].sort()[0];
    },
    );
    await fc.assert(fc.asyncProperty(other, ways, async ([one, another], way) => {
      const copy = folders.copyOf(taken.folder);
      const changed = way(copy, one, another);
      expect((await verify(copy)).findings[0]).toMatchObject({ file: changed });
      rmSync(copy, { recursive: true });
    }), { numRuns: 60 });
  });

  test.each<[string, (folder: string) => void, object]>([
    ['an event', (folder) => edit(folder, eventFile(2), (text) => text.replace('mails', 'bills')), { file: eventFile(2), event: 2, expected: expect.stringContaining('content with the hash') }],
    ['an event with its own hash', (folder) => edit(folder, eventFile(2), rehashed), { file: eventFile(3), event: 3, expected: expect.stringContaining('after the hash') }],
    ['an event whose text has a member twice', (folder) => edit(folder, eventFile(2), (text) => text.replace('{', '{"type":"x",')), { file: eventFile(2), event: 2, expected: 'an event in canonical JSON' }],
    ['a copy that is no event', (folder) => edit(folder, eventFile(2), () => 'null'), { file: eventFile(2), event: 2 }],
    ['an event that is missing in the middle', (folder) => rmSync(join(folder, eventFile(2))), { file: eventFile(2), event: 2, found: 'no file' }],
    ['the order of two events', (folder) => {
      const [second, third] = [2, 3].map((number) => readFileSync(join(folder, eventFile(number)), 'utf8'));
      edit(folder, eventFile(2), () => third);
      edit(folder, eventFile(3), () => second);
    }, { file: eventFile(2), event: 2 }],
    ['the last events, which are missing', (folder) => rmSync(join(folder, eventFile(lastEvent()))), { event: expect.any(Number), expected: expect.stringContaining('the ledger counted'), found: 'no file' }],
    ['all events of the agent, which another agent is to have', (folder) => renameSync(join(folder, EVENTS), join(folder, EVENTS.replace('invoice', 'payment'))), { file: eventFile(1), expected: expect.stringContaining('the ledger counted') }],
    ['a certificate', (folder) => edit(folder, certificate(folder), (text) => text.replace('"agentName"', '"agentname"')), { expected: expect.stringContaining('as an event says') }],
    ['a certificate that is missing', (folder) => rmSync(join(folder, certificate(folder))), { event: expect.any(Number), found: 'no file' }],
    ['a certificate that no event names', (folder) => writeFileSync(join(folder, 'evidence/certificates/111122223333/invoice-bot/other.json'), '{}'), { expected: expect.stringContaining('no event names it') }],
    ['a snapshot', (folder) => edit(folder, under(folder, 'snapshots'), () => '{}'), { event: 2, expected: 'the snapshot that the event names' }],
    ['what reviewers were shown', (folder) => edit(folder, under(folder, 'reviews'), () => '{}'), { file: expect.stringContaining('reviews/'), expected: expect.stringContaining('as its name says') }],
    ['what reviewers were shown, which is missing', (folder) => removed(folder, 'reviews'), { file: expect.stringContaining('reviews/'), event: expect.any(Number), found: 'no file' }],
    ['a page of a campaign', (folder) => edit(folder, under(folder, 'pages'), (text) => text.replace('items', 'itemz')), { file: expect.stringContaining('/pages/') }],
    ['the package of a campaign', (folder) => edit(folder, under(folder, 'package.json'), resigned), { file: expect.stringContaining('package.json'), found: expect.stringContaining('signature') }],
    ['an acknowledgement', (folder) => edit(folder, under(folder, 'acknowledgements'), () => '{}'), { file: expect.stringContaining('acknowledgements/') }],
    ['the campaign, of which the pages and the acknowledgement stay', (folder) => ['2026-q3/manifest.json', 'package.json'].forEach((part) => rmSync(join(folder, under(folder, part)))), { file: expect.stringMatching(/acknowledgements\/|campaigns\//) }],
    ['the campaign, of which the acknowledgement stays', (folder) => rmSync(join(folder, 'evidence/campaigns'), { recursive: true }), { file: expect.stringContaining('acknowledgements/'), expected: expect.stringContaining('campaign') }],
    ['the campaign, of which pages and parts stay', (folder) => ['2026-q3/manifest.json', 'package.json', 'acknowledgements'].forEach((part) => rmSync(join(folder, under(folder, part)))), { file: expect.stringContaining('/parts/') }],
    ['an agent, of which only what reviewers were shown stays', (folder) => removed(folder, 'events', 'certificates', 'snapshots', 'campaigns', 'acknowledgements'), { file: expect.stringContaining('reviews/'), found: expect.stringContaining('no state') }],
    ['the package of a campaign, of which the acknowledgement stays', (folder) => rmSync(join(folder, under(folder, 'package.json'))), { file: expect.stringContaining('acknowledgements/') }],
    ['evidence of another account', (folder) => added(folder, 'events/999900001111/invoice-bot/000000000001.json'), { file: expect.stringContaining('999900001111') }],
    ['a certificate of another account', (folder) => added(folder, 'certificates/999900001111/invoice-bot/x.json'), { file: expect.stringContaining('999900001111') }],
    ['a snapshot of another account', (folder) => added(folder, 'snapshots/999900001111/invoice-bot/x.json'), { file: expect.stringContaining('999900001111') }],
    ['a campaign of another account', (folder) => added(folder, 'campaigns/999900001111/2026-q3/package.json'), { file: expect.stringContaining('999900001111') }],
    ['an acknowledgement of another account', (folder) => added(folder, 'acknowledgements/999900001111/2026-q3.json'), { file: expect.stringContaining('999900001111') }],
    ['a file that is no event of the registry', (folder) => added(folder, 'registry-events/111122223333/x.json'), { file: expect.stringContaining('registry-events/'), expected: 'an event of the registry' }],
    ['a file of no kind of evidence', (folder) => added(folder, 'exports/111122223333/invoice-bot.json'), { file: expect.stringContaining('exports/') }],
    ['a file beside the certificates of agents', (folder) => added(folder, 'certificates/111122223333/invoice-bot.json'), { file: expect.stringContaining('invoice-bot.json') }],
    ['a file below the certificates of an agent', (folder) => added(folder, 'reviews/111122223333/invoice-bot/more/x.json'), { file: expect.stringContaining('more/x.json') }],
    ['a file beside the pages of a campaign', (folder) => added(folder, 'campaigns/111122223333/2026-q3/notes.json'), { file: expect.stringContaining('notes.json') }],
    ['what nobody was shown, under the hash of another text', (folder) => added(folder, `reviews/111122223333/invoice-bot/${'0'.repeat(64)}.json`), { file: expect.stringContaining('reviews/'), expected: expect.stringContaining(`SHA-256 ${'0'.repeat(64)}`) }],
    ['a page that no campaign names, under the hash of another text', (folder) => added(folder, `campaigns/111122223333/2026-q3/pages/${'0'.repeat(64)}.json`), { file: expect.stringContaining('/pages/') }],
    ['the manifest of a campaign, which is no JSON', (folder) => edit(folder, under(folder, '2026-q3/manifest.json'), () => '{'), { file: expect.stringContaining('package.json') }],
  ])('%s, with a manifest that fits it: what the rest says is named', async (_what, change, first) => {
    const copy = folders.copyOf(taken.folder);
    change(copy);
    forge(copy, (manifest) => (manifest.heads = existsSync(join(copy, EVENTS)) || existsSync(join(copy, EVENTS.replace('invoice', 'payment'))) ? manifest.heads : []));

    const { findings } = await verify(copy);
    expect(findings[0]).toMatchObject(first);
    // All of it is detected by the digest that was noted.
    expect((await verify(copy, taken.digest)).findings[0]).toMatchObject({ file: 'manifest.json', expected: expect.stringContaining(taken.digest) });
  });

  test('another key is named by its fingerprint, and then the signatures fit no more', async () => {
    const copy = folders.copyOf(taken.folder);
    const publicKey = Buffer.from(new AuditWorld().kms.key!.publicKey);
    forge(copy, (manifest) => (manifest.key = { ...manifest.key!, publicKey: publicKey.toString('base64') }));
    expect((await verify(copy)).findings[0]).toMatchObject({ file: 'manifest.json', expected: expect.stringContaining('fingerprint') });

    forge(copy, (manifest) => (manifest.key = { ...manifest.key!, publicKey: publicKey.toString('base64'), fingerprint: sha256(publicKey) }));
    expect((await verify(copy)).findings[0]).toMatchObject({ found: expect.stringContaining('signature') });
    forge(copy, (manifest) => (manifest.key = null));
    expect((await verify(copy)).findings[0]).toMatchObject({ found: expect.stringContaining('no key') });
  });

  test('a bundle that is shortened everywhere is detected by the digest alone', async () => {
    const copy = folders.copyOf(taken.folder);
    const last = lastEvent();
    rmSync(join(copy, eventFile(last)));
    rmSync(join(copy, certificate(copy, '.part-2.json')));
    const before = JSON.parse(readFileSync(join(copy, eventFile(last - 1)), 'utf8')) as LifecycleEvent;
    forge(copy, ({ heads: [head] }) => Object.assign(head, { events: last - 1, hash: before.hash }));

    expect((await verify(copy)).findings).toEqual([]);
    expect((await verify(copy, taken.digest)).findings).toHaveLength(1);
  });

  test('twin: what a process that died left unnamed fits: a text for reviewers, a snapshot, a page and a part of a campaign', async () => {
    const copy = folders.copyOf(taken.folder);
    const named = (prefix: string): void => added(copy, `${prefix}/${sha256('{}')}.json`);
    ['reviews/111122223333/invoice-bot', 'campaigns/111122223333/2026-q3/pages', 'campaigns/111122223333/2026-q3/parts'].forEach(named);
    added(copy, 'snapshots/111122223333/invoice-bot/0f1e2d3c4b5a.json');
    forge(copy);
    expect((await verify(copy)).findings).toEqual([]);
  });

  test('twin: a campaign of which only pages are there was perhaps never opened: it is named, and no difference', async () => {
    const copy = folders.copyOf(taken.folder);
    rmSync(join(copy, 'evidence/acknowledgements'), { recursive: true });
    rmSync(join(copy, 'evidence/campaigns/111122223333/2026-q3/parts'), { recursive: true });
    ['2026-q3/manifest.json', 'package.json'].forEach((part) => rmSync(join(copy, under(copy, part))));
    forge(copy);
    expect(await verify(copy)).toMatchObject({ findings: [], campaigns: [], unopened: ['2026-q3'] });
    expect(await verify(taken.folder)).toMatchObject({ unopened: [] });
  });

  test('twin: an event of the registry itself fits, and one of another registry does not', async () => {
    const agents = new WrittenAgents();
    const { sweeper, bucket } = new FakeSweeper(agents.memory, { now: () => new Date('2026-09-01T00:00:00Z') });
    await tellRegistry(sweeper, { type: ORPHAN_ROLE_TYPE, id: 'AROAORPHAN', time: '2026-09-03T00:00:00Z', data: { roleId: 'AROAORPHAN', roleArn: 'arn:aws:iam::111122223333:role/agents/by-hand', createdAt: '2026-08-01T00:00:00Z' } });
    bucket.objects.forEach((text, key) => agents.bucket.write(key, text));
    const of = async (registry: string) => (await verify((await downloadEvidence({ ...agents.connection, registry }, folders.next(), new Date('2026-12-01T00:00:00Z'), quiet)).folder)).findings;

    expect(await of('agents')).toEqual([]);
    expect(await of('others')).toMatchObject([{ file: expect.stringContaining('registry-events/') }]);
  });

  test('a file that is exchanged after it was compared with the manifest is refused', async () => {
    const copy = folders.copyOf(taken.folder);
    const file = join(copy, under(copy, 'snapshots'));
    await expect(verifyBundle(copy, undefined, (what) => {
      if (/^(\d+) of \1 files$/.test(what)) {
        writeFileSync(file, '{ }');
      }
    })).rejects.toMatchObject({ code: 'BundleInvalid' });
  });

  test.each([['of this hour', 0, 1], ['of months ago, which the state lists as not sent', 90, 0]])('an event %s without a copy: only a new one may be pending', async (_what, days, pending) => {
    const agents = new WrittenAgents();
    const now = new Date('2026-12-01T00:00:00Z');
    const time = new Date(now.getTime() - days * 86_400_000 - 60_000).toISOString();
    const [, last] = await agents.write('late-bot', [['joined', '2026-01-01T00:00:00Z'], ['suspended', time]]);
    agents.uncopied('late-bot', last, { unsent: true });
    Object.assign((agents.memory.items.get('placement#111122223333#late-bot|state') as unknown as { state: object }).state, { lastHash: last.hash });
    const { folder } = await downloadEvidence(agents.connection, folders.next(), now, quiet);

    expect(await verify(folder)).toMatchObject({ pending, findings: pending === 1 ? [] : [{ event: 2, found: 'no file' }] });
  });

  test.each<[string, object]>([['number of events', { sequence: '2' }], ['last hash', { lastHash: undefined }], ['list of events that are not copied', { unsent: 7, sequence: 3 }]])(
    'a state whose %s somebody gave another form does not spoil the bundle: it is named', async (_what, changes) => {
      const agents = new WrittenAgents();
      await agents.write('odd-bot', [['joined', '2026-01-01T00:00:00Z'], ['suspended', '2026-01-02T00:00:00Z']]);
      const item = agents.memory.items.get('placement#111122223333#odd-bot|state') as unknown as { state: object };
      Object.assign(item.state, { sequence: 2, ...changes });
      const { folder } = await downloadEvidence(agents.connection, folders.next(), new Date('2026-12-01T00:00:00Z'), quiet);

      expect((await verify(folder)).findings).toMatchObject([{ file: expect.stringContaining('odd-bot') }]);
    });

  test('an event that was not copied yet when the bundle was taken is no difference', async () => {
    const copy = folders.copyOf(taken.folder);
    forge(copy, ({ heads: [head] }) => Object.assign(head, { events: lastEvent() + 1, hash: 'of the next event', unsent: [lastEvent() + 1] }));

    expect(await verify(copy)).toMatchObject({ findings: [], pending: 1 });
    forge(copy, ({ heads: [head] }) => Object.assign(head, { unsent: [] }));
    expect((await verify(copy)).findings).toHaveLength(1);
  });
});

describe('hostile bundles', () => {
  const outside = (): string => {
    const file = folders.next('outside');
    writeFileSync(file, '{}');
    return file;
  };
  const manifest = (copy: string, text: string): void => {
    writeFileSync(join(copy, 'manifest.json'), text);
    writeFileSync(join(copy, 'manifest.sha256'), `${sha256(text)}  manifest.json\n`);
  };
  const path = (key: string) => (copy: string): void => forge(copy, ({ files }) => files.push({ key, versionId: '', writtenAt: '', bytes: 2, sha256: sha256('{}') }));

  test.each<[string, (copy: string) => void]>([
    ['a path out of the folder', path('../../outside.json')],
    ['an absolute path', path('/etc/passwd')],
    ['a path with a backslash', path('events\\..\\..\\x')],
    ['a hidden file', path('events/.x')],
    ['a path of nothing', path('')],
    ['a file twice', path('events/111122223333/invoice-bot/000000000001.json')],
    ['a link to a file', (copy) => symlinkSync(outside(), join(copy, 'evidence', 'link.json'))],
    ['a link to a folder', (copy) => { mkdirSync(`${copy}-other`); symlinkSync(`${copy}-other`, join(copy, 'evidence', 'more')); }],
    ['a link in the place of a file', (copy) => { rmSync(join(copy, eventFile(1))); symlinkSync(outside(), join(copy, eventFile(1))); }],
    ['a manifest that is a link', (copy) => { renameSync(join(copy, 'manifest.json'), join(copy, '..', 'm.json')); symlinkSync(join(copy, '..', 'm.json'), join(copy, 'manifest.json')); }],
    ['a manifest that is a folder', (copy) => { rmSync(join(copy, 'manifest.json')); mkdirSync(join(copy, 'manifest.json')); }],
    ['a manifest that is no JSON', (copy) => manifest(copy, '{"kind":')],
    ['a manifest of another form', (copy) => manifest(copy, '[]')],
    ['a manifest of a later version', (copy) => forge(copy, (one) => Object.assign(one, { version: 2 }))],
    ['a manifest with a member more', (copy) => forge(copy, (one) => Object.assign(one, { more: true }))],
    ['a manifest with a prototype', (copy) => manifest(copy, readFileSync(join(copy, 'manifest.json'), 'utf8').replace('{', '{"__proto__":{"files":[]},'))],
    ['a manifest that is not canonical', (copy) => manifest(copy, ` ${readFileSync(join(copy, 'manifest.json'), 'utf8')}`)],
    ['a manifest with an agent twice', (copy) => forge(copy, (one) => one.heads.push({ ...one.heads[0], events: 1 }))],
    ['an object that is said to be huge', (copy) => forge(copy, ({ files: [file] }) => (file.bytes = 2 ** 40))],
    ['an object that is huge', (copy) => truncateSync(join(copy, eventFile(1)), 64 * 1024 * 1024 + 1)],
  ])('%s: a coded error, and nothing is written', async (_what, change) => {
    const copy = folders.copyOf(taken.folder);
    change(copy);
    const before = readdirSync(dirname(copy));

    await expect(verify(copy)).rejects.toMatchObject({ code: 'BundleInvalid' });
    expect(readdirSync(dirname(copy))).toEqual(before);
    expect(({} as { files?: unknown }).files).toBeUndefined();
  });

  test('a folder that is not there, or a file in its place', async () => {
    await expect(verify(folders.next())).rejects.toMatchObject({ code: 'BundleMissing' });
    await expect(verify(outside())).rejects.toMatchObject({ code: 'BundleMissing' });
  });

  test('twin: a hard link is a file as any other', async () => {
    const copy = folders.copyOf(taken.folder);
    const file = join(copy, eventFile(1));
    renameSync(file, folders.next());
    linkSync(join(taken.folder, eventFile(1)), file);
    expect((await verify(copy)).findings).toEqual([]);
  });

  test('an event with a member __proto__ is no event', async () => {
    const copy = folders.copyOf(taken.folder);
    edit(copy, eventFile(1), (text) => text.replace('{', '{"__proto__":{"polluted":true},'));
    forge(copy);
    expect((await verify(copy)).findings[0]).toMatchObject({ file: eventFile(1), event: 1 });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

function edit(folder: string, file: string, change: (text: string) => string): void {
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));
}

function removed(folder: string, ...kinds: string[]): void {
  kinds.forEach((kind) => rmSync(join(folder, 'evidence', kind), { recursive: true }));
}

function added(folder: string, key: string): void {
  mkdirSync(dirname(join(folder, 'evidence', key)), { recursive: true });
  writeFileSync(join(folder, 'evidence', key), '{}');
}

function rehashed(text: string): string {
  const { hash: _hash, ...event } = { ...JSON.parse(text) as LifecycleEvent, time: '2026-06-02T00:00:00.000Z' };
  return canonicalJson({ ...event, hash: hashEvent(event) });
}

function resigned(text: string): string {
  const { payload, ...envelope } = JSON.parse(text) as { payload: string };
  const changed = Buffer.from(payload, 'base64').toString().replace('"reduced":1', '"reduced":0');
  return canonicalJson({ ...envelope, payload: Buffer.from(changed).toString('base64') });
}

function under(folder: string, part: string): string {
  return `evidence/${filesIn(join(folder, 'evidence')).find((file) => file.includes(part))}`;
}

function certificate(folder: string, ending = ''): string {
  return `evidence/${filesIn(join(folder, 'evidence')).find((file) => file.startsWith('certificates/') && file.endsWith(ending))}`;
}

function lastEvent(): number {
  return taken.manifest.heads[0].events;
}
