import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../cli/program';
import { Folders } from '../runtime/audit/audit-world';
import { generatedAgents } from '../runtime/audit/generated-report';

const GUIDE = join(__dirname, '..', '..', 'docs', 'guide', 'auditors.md');
const NOW = new Date('2026-10-01T00:00:00Z');
/** A key that is the same each time. */
const KEY = {
  KeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  PublicKey: Buffer.from('MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELpnUoqwRsLnnEKr9SYq5iAvxugjXP4fO3JdIx3A+uLu7RyZExUwP13CLUCQlCOdIbne3bYkwqkBLjqUhOyZ4vg==', 'base64'),
};
const folders = new Folders();
afterAll(() => folders.remove());

// Set by `npx projen pictures`, which writes the outputs.
const WRITES = process.env.GUIDE_PICTURES !== undefined;

test('the guide shows what download and verification print', async () => {
  const { connection } = await generatedAgents();
  const folder = folders.next('evidence');
  const run = async (...words: string[]): Promise<string> => {
    const exitCode = process.exitCode;
    let output = '';
    await program({ write: (text: string) => (output += text) }, {
      connect: async () => ({ ...connection, kms: { send: async () => KEY } } as unknown as typeof connection),
      connectGoogle: () => { throw new Error('not on Google'); },
      connectDeployed: () => { throw new Error('nothing is deployed'); },
      now: () => NOW,
      progress: { write: () => true },
    }).parseAsync(['node', 'nhi', 'verify', ...words, folder]);
    process.exitCode = exitCode;
    return output.replaceAll(folder, 'evidence-2026').trimEnd();
  };
  const [download, whole] = [await run('--download'), await run('--bundle')];
  const event = join(folder, 'evidence/events/111122223333/invoice-bot-3/000000000002.json');
  writeFileSync(event, readFileSync(event, 'utf8').replace('ada@example.com', 'eve@example.com'));
  const shown = [`nhi verify --download evidence-2026\n${download}`, `nhi verify --bundle evidence-2026\n${whole}`, `nhi verify --bundle evidence-2026\n${await run('--bundle')}`];
  if (WRITES) {
    let at = 0;
    writeFileSync(GUIDE, readFileSync(GUIDE, 'utf8').replace(/\$ nhi verify --[\s\S]*?\n(?=```)/g, () => `$ ${shown[at++]}\n`));
  }

  expect(shown.filter((one) => !readFileSync(GUIDE, 'utf8').includes(`$ ${one}\n\`\`\``))).toEqual([]);
});
