import { FakeBucket } from './bucket';
import { certificate } from './left';
import { certificateText, hashOfText, readCertificates, writeCertificate } from '../../../runtime/evidence';
import { named } from '../ledger/memory-table';
import { PLACEMENT } from '../lifecycle/requests';
import { throttledOnce } from '../wipers/account';

const KEY = 'certificates/111122223333/invoice-bot/left-1.json';
let bucket: FakeBucket;
beforeEach(() => (bucket = new FakeBucket()));

describe('writing', () => {
  test('a certificate is written under its placement, as its text, and its hash is that of the object', async () => {
    const stored = await writeCertificate(bucket.s3, 'evidence', certificate());

    expect(Object.fromEntries(bucket.objects)).toEqual({ [KEY]: certificateText(certificate()) });
    expect(stored).toEqual({ key: KEY, sha256: hashOfText(bucket.objects.get(KEY)!) });
  });

  test('the second try keeps what the first has written, and answers with the hash of that', async () => {
    const first = await writeCertificate(bucket.s3, 'evidence', certificate({ leftAt: '2026-06-01T00:02:00.000Z' }));
    const second = await writeCertificate(bucket.s3, 'evidence', certificate({ leftAt: '2026-06-01T00:09:00.000Z' }));

    expect(second).toEqual(first);
    expect(bucket.objects.size).toBe(1);
    expect(bucket.objects.get(KEY)).toContain('00:02:00.000Z');
  });

  test('two tries at once: who comes second counts the other\'s', async () => {
    const theirs = certificateText(certificate({ by: 'the other try' }));
    bucket.disturb = (call, moment) => {
      if (call === 's3:PutObject' && moment === 'before') {
        bucket.objects.set(KEY, theirs);
        throw named('ConditionalRequestConflict');
      }
    };

    expect((await writeCertificate(bucket.s3, 'evidence', certificate())).sha256).toBe(hashOfText(theirs));
    expect(bucket.objects.get(KEY)).toBe(theirs);
  });

  test('of an agent that left twice both are kept', async () => {
    await writeCertificate(bucket.s3, 'evidence', certificate());
    await writeCertificate(bucket.s3, 'evidence', certificate({ id: 'left-2' }));

    expect([...bucket.objects.keys()]).toEqual([KEY, KEY.replace('left-1', 'left-2')]);
  });

  test('fails when the bucket can\'t be written: nothing is claimed as stored; a rerun stores it', async () => {
    bucket.disturb = throttledOnce('s3:PutObject');

    await expect(writeCertificate(bucket.s3, 'evidence', certificate())).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(bucket.objects.size).toBe(0);

    await writeCertificate(bucket.s3, 'evidence', certificate());
    expect(bucket.objects.size).toBe(1);
  });

  test('a try whose answer was lost is found by the next', async () => {
    bucket.disturb = (call, moment) => {
      if (call === 's3:PutObject' && moment === 'after') {
        throw new Error('the line broke');
      }
    };
    await expect(writeCertificate(bucket.s3, 'evidence', certificate())).rejects.toThrow('the line broke');
    bucket.disturb = () => undefined;

    expect((await writeCertificate(bucket.s3, 'evidence', certificate())).sha256).toBe(hashOfText(certificateText(certificate())));
  });
});

describe('reading', () => {
  test('all of a placement are read, from all pages, the oldest first whatever their names', async () => {
    const days = ['05', '01', '04', '02', '03'];
    for (const [index, day] of days.entries()) {
      await writeCertificate(bucket.s3, 'evidence', certificate({ id: `left-${index}`, leftAt: `2026-06-${day}T00:00:00.000Z` }));
    }

    const all = await readCertificates(bucket.s3, 'evidence', PLACEMENT);

    expect(all.map(({ leftAt }) => leftAt.slice(8, 10))).toEqual(['01', '02', '03', '04', '05']);
    expect(all[0]).toEqual(certificate({ id: 'left-1', leftAt: '2026-06-01T00:00:00.000Z' }));
  });

  test('another agent\'s are not read, however alike their names, and another account\'s neither', async () => {
    await writeCertificate(bucket.s3, 'evidence', certificate({ agentName: 'invoice-bot-2' }));
    await writeCertificate(bucket.s3, 'evidence', certificate({ account: '444455556666' }));
    await writeCertificate(bucket.s3, 'evidence', certificate());

    expect(await readCertificates(bucket.s3, 'evidence', PLACEMENT)).toEqual([certificate()]);
  });

  test('an agent that has not left has none', async () => {
    expect(await readCertificates(bucket.s3, 'evidence', PLACEMENT)).toEqual([]);
  });

  test('fails when one can\'t be read: some are not all', async () => {
    await writeCertificate(bucket.s3, 'evidence', certificate());
    bucket.disturb = throttledOnce('s3:GetObject');

    await expect(readCertificates(bucket.s3, 'evidence', PLACEMENT)).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
