import { FakeBucket } from './bucket';
import { certificate, leaving, LEFT_AT, quarantined } from './left';
import {
  buildDeletionRecord, buildRevocationPart, CertificateDocument, certificateText, DeletionRecord, hashOfText, LeaveEvidence, OwnTexts,
  readCertificates, StoredCertificate,
  writeCertificate,
} from '../../../runtime/evidence';
import { throttledOnce } from '../aws/wipers/account';
import { PLACEMENT } from '../engine/decision/requests';
import { named } from '../ledger/memory-table';

const KEY = 'certificates/111122223333/invoice-bot/left-1.json';
let bucket: FakeBucket;
let noted: Map<string, string[]>;
let told: Map<string, string>;
beforeEach(() => {
  bucket = new FakeBucket();
  noted = new Map();
  told = new Map();
});

const own: OwnTexts = {
  note: async (name, sha256) => void noted.set(name, [...new Set([...noted.get(name) ?? [], sha256])]),
  noted: async (name) => noted.get(name) ?? [],
};
/** Writes as the engine does, and reports it. */
async function write(document: CertificateDocument): Promise<StoredCertificate> {
  const stored = await writeCertificate(bucket.s3, 'evidence', document, own);
  told.set(stored.key, stored.sha256);
  return stored;
}
const read = () => readCertificates(bucket.s3, 'evidence', PLACEMENT, told);
const leaves = async (): Promise<readonly LeaveEvidence[]> => (await read()).leaves;

describe('writing', () => {
  test('a certificate is written under its placement, as its text, and its hash is that of the object', async () => {
    const stored = await write(certificate());

    expect(Object.fromEntries(bucket.objects)).toEqual({ [KEY]: certificateText(certificate()) });
    expect(stored).toEqual({ key: KEY, sha256: hashOfText(bucket.objects.get(KEY)!), text: bucket.objects.get(KEY), occupied: [] });
  });

  test('the second try keeps what the first has written, and answers with the hash of that', async () => {
    const first = await write(certificate({ leftAt: '2026-06-01T00:02:00.000Z' }));
    const second = await write(certificate({ leftAt: '2026-06-01T00:09:00.000Z' }));

    expect(second).toEqual(first);
    expect(bucket.size).toBe(1);
    expect(bucket.objects.get(KEY)).toContain('00:02:00.000Z');
  });

  test('two tries at once: who comes second counts the other\'s', async () => {
    const theirs = certificateText(certificate({ by: 'the other try' }));
    await own.note('left-1', hashOfText(theirs));
    bucket.disturb = (call, moment) => {
      if (call === 's3:PutObject' && moment === 'before') {
        bucket.write(KEY, theirs);
        throw named('ConditionalRequestConflict');
      }
    };

    expect((await write(certificate())).sha256).toBe(hashOfText(theirs));
    expect(bucket.objects.get(KEY)).toBe(theirs);
  });

  test('of an agent that left twice both are kept', async () => {
    await write(certificate());
    await write(certificate({ id: 'left-2' }));

    expect([...bucket.objects.keys()]).toEqual([KEY, KEY.replace('left-1', 'left-2')]);
  });

  test('fails when the bucket can\'t be written: nothing is claimed as stored; a rerun stores it', async () => {
    bucket.disturb = throttledOnce('s3:PutObject');

    await expect(write(certificate())).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(bucket.objects.size).toBe(0);

    await write(certificate());
    expect(bucket.objects.size).toBe(1);
  });

  test('a try whose answer was lost is found by the next', async () => {
    bucket.disturb = (call, moment) => {
      if (call === 's3:PutObject' && moment === 'after') {
        throw new Error('the line broke');
      }
    };
    await expect(write(certificate())).rejects.toThrow('the line broke');
    bucket.disturb = () => undefined;

    expect((await write(certificate())).sha256).toBe(hashOfText(certificateText(certificate())));
  });
});

describe('what somebody else put in the place of a certificate', () => {
  test.each([
    ['no JSON', 'garbage'], ['nothing', '{}'], ['null', 'null'], ['a forged one', '{"principals":[],"forged":true}'],
    ['a whole certificate with another author', certificateText(certificate({ by: 'eve' }))],
  ])('is not believed: %s; the engine\'s own is written under a key that nobody can predict', async (_what, planted) => {
    bucket.write(KEY, planted);

    const stored = await write(certificate());

    const sha256 = hashOfText(certificateText(certificate()));
    expect(stored).toEqual({ key: KEY.replace('.json', `.${sha256}.json`), sha256, text: certificateText(certificate()), occupied: [KEY] });
    expect(bucket.objects.get(KEY)).toBe(planted);
    expect(await read()).toEqual({ leaves: [{ certificate: certificate() }], unknown: [KEY] });
  });

  test('twin: the same text stands there, by whomever: it is the engine\'s', async () => {
    bucket.write(KEY, certificateText(certificate()));

    expect(await write(certificate())).toMatchObject({ key: KEY, occupied: [] });
  });

  test('nor by a retry, which finds what the first try wrote under the other key', async () => {
    bucket.write(KEY, 'garbage');
    const first = await write(certificate());

    expect(await write(certificate({ leftAt: '2026-06-01T00:09:00.000Z' }))).toEqual(first);
    expect(bucket.size).toBe(2);
  });

  test('nor the first part in the place of the second', async () => {
    const first = await write(certificate());
    const record = buildDeletionRecord('agents', leaving(), { id: 'left-1', sha256: first.sha256 }, [{ ...quarantined, absentAt: '2026-06-01T00:03:00.000Z' }], LEFT_AT);
    bucket.write(KEY.replace('.json', '.part-2.json'), first.text);

    const stored = await write(record);

    expect(stored.key).toBe(KEY.replace('.json', `.part-2.${stored.sha256}.json`));
    expect(await read()).toEqual({ leaves: [{ certificate: certificate(), deletion: record }], unknown: [KEY.replace('.json', '.part-2.json')] });
  });

  test('who knows the other key too holds the try up; the next try has yet another', async () => {
    const sha256 = hashOfText(certificateText(certificate()));
    bucket.write(KEY, 'garbage');
    bucket.write(KEY.replace('.json', `.${sha256}.json`), 'garbage');

    await expect(write(certificate())).rejects.toMatchObject({ code: 'EvidenceOccupied' });
    expect(await write(certificate({ leftAt: '2026-06-01T00:09:00.000Z' }))).toMatchObject({ text: certificateText(certificate({ leftAt: '2026-06-01T00:09:00.000Z' })) });
  });

  test('the hash is kept before the text is written: a bucket that breaks in between leaves it known', async () => {
    bucket.disturb = throttledOnce('s3:PutObject');

    await expect(write(certificate())).rejects.toThrow();
    expect(noted.get('left-1')).toEqual([hashOfText(certificateText(certificate()))]);
  });
});

describe('the second part', () => {
  const second = (changes: Partial<DeletionRecord> = {}): DeletionRecord => ({
    ...buildDeletionRecord('agents', leaving(), { id: 'left-1', sha256: hashOfText(certificateText(certificate())) }, [{ ...quarantined, absentAt: '2026-06-01T00:03:00.000Z' }], LEFT_AT),
    ...changes,
  });
  const SECOND = KEY.replace('.json', '.part-2.json');

  test('is written once beside the first, as its text, and read with it', async () => {
    await write(certificate());
    const stored = await write(second());
    const again = await write(second({ recordedAt: '2026-06-09T00:00:00.000Z' }));

    expect(bucket.objects.get(SECOND)).toBe(certificateText(second()));
    expect(stored).toEqual({ key: SECOND, sha256: hashOfText(certificateText(second())), text: certificateText(second()), occupied: [] });
    expect(again).toEqual(stored);
    expect(await leaves()).toEqual([{ certificate: certificate(), deletion: second() }]);
  });

  test('names the first part by its hash, and each role with the time when it was not there any more', () => {
    expect(second()).toEqual({
      kind: 'decommission-certificate-part-2',
      version: 1,
      id: 'left-1',
      registry: 'agents',
      ...PLACEMENT,
      certificateSha256: hashOfText(certificateText(certificate())),
      principals: [{ arn: quarantined.roleArn, id: 'P', absentAt: '2026-06-01T00:03:00.000Z' }],
      recordedAt: LEFT_AT.toISOString(),
      chainHead: 'c'.repeat(64),
    });
  });

  test('of one leave is not that of another', async () => {
    await write(certificate());
    const { sha256: certificateSha256 } = await write(certificate({ id: 'left-2', leftAt: '2026-06-09T00:00:00.000Z' }));
    await write(second({ id: 'left-2', certificateSha256 }));

    expect((await leaves()).map(({ deletion }) => deletion?.id)).toEqual([undefined, 'left-2']);
  });
});

describe('reading', () => {
  test('all of a placement are read, from all pages, the oldest first whatever their names', async () => {
    const days = ['05', '01', '04', '02', '03'];
    for (const [index, day] of days.entries()) {
      await write(certificate({ id: `left-${index}`, leftAt: `2026-06-${day}T00:00:00.000Z` }));
    }

    const all = await leaves();

    expect(all.map(({ certificate: { leftAt } }) => leftAt.slice(8, 10))).toEqual(['01', '02', '03', '04', '05']);
    expect(all[0]).toEqual({ certificate: certificate({ id: 'left-1', leftAt: '2026-06-01T00:00:00.000Z' }) });
  });

  test('a delete marker over a certificate does not hide it: the version under it is locked and is read', async () => {
    await write(certificate());
    await write(certificate({ id: 'left-2', leftAt: '2026-06-09T00:00:00.000Z' }));
    bucket.delete(KEY);
    expect(bucket.objects.has(KEY)).toBe(false);

    expect((await leaves()).map(({ certificate: { id } }) => id)).toEqual(['left-1', 'left-2']);
  });

  test('an object with only a delete marker does not count', async () => {
    bucket.delete(KEY);

    expect(await leaves()).toEqual([]);
  });

  test.each([
    ['a day later', '2026-06-02T00:00:00Z'],
    // S3's times have no milliseconds. At equal times the order of the list decides.
    ['in the same second', '2026-06-01T00:00:00Z'],
  ])('a version that somebody wrote over it %s is ignored: the registry writes each key once', async (_when, later) => {
    await write(certificate());
    bucket.now = new Date(later);
    bucket.write(KEY, certificateText(certificate({ by: 'a forger' })));
    bucket.delete(KEY);
    bucket.write(KEY, certificateText(certificate({ by: 'another forger' })));
    expect(bucket.objects.get(KEY)).toContain('forger');

    expect(await leaves()).toEqual([{ certificate: certificate() }]);
  });

  test('versions are read through all pages, also of one key, and each page is asked for by key and version', async () => {
    const asked: string[] = [];
    const { send } = bucket.s3;
    bucket.s3.send = (async (command: { constructor: { name: string }; input: { KeyMarker?: string; VersionIdMarker?: string } }) => {
      if (command.constructor.name === 'ListObjectVersionsCommand') {
        asked.push(`${command.input.KeyMarker === undefined ? '-' : 'key'} ${command.input.VersionIdMarker === undefined ? '-' : 'version'}`);
      }
      return (send as unknown as (command: object) => Promise<object>)(command);
    }) as typeof send;
    await write(certificate());
    for (let version = 0; version < 4; version++) {
      bucket.write(KEY, certificateText(certificate({ by: `forger ${version}` })));
    }
    await write(certificate({ id: 'left-2', leftAt: '2026-06-09T00:00:00.000Z' }));

    const all = await leaves();

    expect(all).toEqual([certificate(), certificate({ id: 'left-2', leftAt: '2026-06-09T00:00:00.000Z' })].map((one) => ({ certificate: one })));
    expect(asked).toEqual(['- -', 'key version', 'key version']);
  });

  test('another agent\'s are not read, however alike their names, and another account\'s neither', async () => {
    await write(certificate({ agentName: 'invoice-bot-2' }));
    await write(certificate({ account: '444455556666' }));
    await write(certificate());

    expect(await leaves()).toEqual([{ certificate: certificate() }]);
  });

  test('an agent that has not left has none', async () => {
    expect(await leaves()).toEqual([]);
  });

  test('fails when one can\'t be read: some are not all', async () => {
    await write(certificate());
    bucket.disturb = throttledOnce('s3:GetObject');

    await expect(leaves()).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});

test('a third part is read with its certificate and no other, is written once, and is nothing without its event', async () => {
  const state = { placement: PLACEMENT, lastHash: 'ab'.repeat(32) };
  const record = { revoker: { id: 'crm', kind: 'http' as const, settings: {} }, since: '2026-06-01T00:00:00.000Z', attempts: 2, confirmed: { at: '2026-06-02T00:00:00.000Z' } };
  const part = (sha256: string) => buildRevocationPart('agents', state, { id: 'left-1', sha256 }, [record], new Date('2026-06-02T00:00:01.000Z'));
  const first = await write(certificate());
  const written = await write(part(first.sha256));
  expect(written.key).toBe(KEY.replace('.json', '.part-3.json'));
  expect(await leaves()).toMatchObject([{ ended: { revocations: [{ revoker: 'crm', verifiedAt: '2026-06-02T00:00:00.000Z', attempts: 2 }] } }]);
  expect(await write({ ...part(first.sha256), recordedAt: '2026-06-03T00:00:00.000Z' })).toMatchObject({ key: written.key, sha256: written.sha256 });
  told.delete(written.key);
  expect(await read()).toMatchObject({ leaves: [expect.not.objectContaining({ ended: expect.anything() })], unknown: [written.key] });
  bucket = new FakeBucket();
  noted.clear();
  await write(certificate());
  await write(part('cd'.repeat(32)));
  expect(await leaves()).toEqual([expect.not.objectContaining({ ended: expect.anything() })]);
});
