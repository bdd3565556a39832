import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
// The quickstart gets its context from its script, and is run end to end elsewhere. The apps for Google use CDKTF: test/google has their test.
const APPS = readdirSync(EXAMPLES).filter((name) => name !== 'quickstart' && !name.startsWith('google-'));

describe.each(APPS)('example %s', (name) => {
  let assembly: string;

  beforeAll(() => {
    assembly = mkdtempSync(join(tmpdir(), 'nhi-example-'));
    process.env.CDK_OUTDIR = assembly;
    jest.isolateModules(() => {
      // An app runs when it is loaded, as with the CDK command.
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is only known here, and loading must be synchronous
      require(join(EXAMPLES, name, 'app'));
    });
  });

  afterAll(() => {
    delete process.env.CDK_OUTDIR;
    rmSync(assembly, { recursive: true, force: true });
  });

  test('renders the reviewed templates', () => {
    // Those of a Stage are in a folder of their own.
    const templates = (readdirSync(assembly, { recursive: true }) as string[]).filter((file) => file.endsWith('.template.json')).sort();

    expect(templates.length).toBeGreaterThan(0);
    for (const file of templates) {
      expect(JSON.parse(scrubbed(readFileSync(join(assembly, file), 'utf8')))).toMatchSnapshot(file);
    }
  });
});

// Bundles and the CDK's own assets change with every release of a dependency. What is deployed of ours must not change unnoticed.
function scrubbed(template: string): string {
  return template.replace(/[0-9a-f]{64}/g, '<asset-hash>').replace(/(CurrentVersion)[0-9a-f]{32}/g, '$1<version-hash>');
}
