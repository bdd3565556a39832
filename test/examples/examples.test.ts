import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
// The quickstart takes its context from its script, and its life is run end to end.
// Those on Google are apps of CDKTF: test/google has their test.
const APPS = readdirSync(EXAMPLES).filter((name) => name !== 'quickstart' && !name.startsWith('google-'));

describe.each(APPS)('example %s', (name) => {
  let assembly: string;

  beforeAll(() => {
    assembly = mkdtempSync(join(tmpdir(), 'nhi-example-'));
    process.env.CDK_OUTDIR = assembly;
    jest.isolateModules(() => {
      // An app acts when it is loaded; that is how the CDK command runs it.
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is only known here, and loading must be synchronous
      require(join(EXAMPLES, name, 'app'));
    });
  });

  afterAll(() => {
    delete process.env.CDK_OUTDIR;
    rmSync(assembly, { recursive: true, force: true });
  });

  test('renders the reviewed templates', () => {
    const templates = readdirSync(assembly).filter((file) => file.endsWith('.template.json')).sort();

    expect(templates.length).toBeGreaterThan(0);
    for (const file of templates) {
      expect(JSON.parse(scrubbed(readFileSync(join(assembly, file), 'utf8')))).toMatchSnapshot(file);
    }
  });
});

// Bundles and CDK's own assets change with every release of a dependency; what is deployed of ours must not change unseen.
function scrubbed(template: string): string {
  return template.replace(/[0-9a-f]{64}/g, '<asset-hash>').replace(/(CurrentVersion)[0-9a-f]{32}/g, '$1<version-hash>');
}
