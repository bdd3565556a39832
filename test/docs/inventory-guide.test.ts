import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../cli/program';
import { FakeAccount, sessionXml } from '../runtime/inventory/fake-account';
import { ACCOUNT, guideAccount, NOW } from '../runtime/inventory/generated-account';
import { newFolder } from '../runtime/inventory/taken';

const GUIDE = join(__dirname, '..', '..', 'docs', 'guide', 'inventory.md');
const COLUMNS = 140;
const OTHER = '222233334444';

/** What a command prints for the account, in a terminal of 140 columns, without the lines of progress. */
async function outputOf(words: string): Promise<string> {
  const fake = await FakeAccount.start(guideAccount(), {
    also: {
      ListAccounts: () => ({ Accounts: [[ACCOUNT, 'shop'], [OTHER, 'data'], ['333344445555', 'new']].map(([Id, Name]) => ({ Id, Name, State: 'ACTIVE' })) }),
      AssumeRole: ({ RoleArn: arn }) => (String(arn).includes(OTHER) ? sessionXml(OTHER) : { status: 403, __type: 'AccessDenied' }),
    },
  });
  const before = { ...process.env };
  const exitCode = process.exitCode;
  Object.assign(process.env, fake.env);
  let output = '';
  try {
    const unused = (): never => { throw new Error('RegistryUsed'); };
    await program({ write: (text: string) => (output += text) }, {
      connect: unused,
      connectGoogle: unused,
      connectDeployed: unused,
      now: () => NOW,
      progress: { write: () => true },
      terminals: { output: { columns: COLUMNS } },
    }).parseAsync(['node', 'nhi', ...words.split(' '), '--state', newFolder()]);
    return output.trimEnd();
  } finally {
    process.env = before;
    process.exitCode = exitCode;
    await fake.stop();
  }
}

/** The output without lines in the middle, where the guide leaves some out. */
function shortened(output: string, first: number, last: number): string {
  const lines = output.split('\n');
  return [...lines.slice(0, first), '...', ...lines.slice(-last)].join('\n');
}

// Set by `npx projen pictures`, which also writes the pictures.
const WRITES = process.env.GUIDE_PICTURES !== undefined;

test.each<[string, (output: string) => string]>([
  ['inventory', (output) => output],
  ['inventory --policy --organization --role-name nhi-inventory', (output) => output],
  ['inventory --organization --role-name nhi-inventory', (output) => shortened(output, 5, 6)],
])('the guide shows what `nhi %s` prints', async (words, shownOf) => {
  const shown = `$ nhi ${words}\n${shownOf(await outputOf(words))}\n\`\`\``;
  if (WRITES) {
    const [before, rest] = readFileSync(GUIDE, 'utf8').split(`$ nhi ${words}\n`);
    writeFileSync(GUIDE, before + shown + rest.slice(rest.indexOf('```') + 3));
  }

  expect(readFileSync(GUIDE, 'utf8')).toContain(shown);
}, 30_000);
