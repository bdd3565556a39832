import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Built, goConsumer, javaConsumer } from './consumers';
import { run, typescriptConsumer } from '../installed/consumers';
import { freshClone } from '../installed/fresh-clone';

const MINUTES = 60_000;
let folder: string;
let clone: string;
let tarball: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nhi-languages-'));
  clone = freshClone(folder);
  const [{ filename }] = JSON.parse(await run(clone, 'npm', 'pack', '--json')) as { filename: string }[];
  tarball = join(clone, filename);
}, 15 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm test` has the same of Python. */
test.each<[language: string, consume: (folder: string, clone: string) => Promise<Built>]>([
  ['Go', goConsumer],
  ['Java', javaConsumer],
])('the app in %s makes the templates of the app in TypeScript, byte for byte', async (language, consume) => {
  const built = await consume(join(folder, language), clone);
  console.log(`${language}: aws-cdk-lib ${built.cdkVersion}`);
  // With the same version of aws-cdk-lib, because templates can differ from one to the next.
  const typescript = await typescriptConsumer(join(folder, `typescript-for-${language}`), tarball, built.cdkVersion);

  expect(Object.keys(typescript.templates)).toEqual(['InvoiceBot.template.json', 'Platform.template.json']);
  expect(built.templates).toEqual(typescript.templates);
}, 30 * MINUTES);
