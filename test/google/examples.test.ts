import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const APPS = ['google-one-agent/app', 'google-from-lambda/google-app', 'google-fleet/app'];

/** Loads an app, which runs when it is loaded, and returns its output folder. */
function synthesized(app: string, variable: 'CDKTF_OUTDIR' | 'CDK_OUTDIR'): string {
  const outdir = mkdtempSync(join(tmpdir(), 'nhi-google-example-'));
  process.env[variable] = outdir;
  try {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is only known here, and loading must be synchronous
      require(join(EXAMPLES, app));
    });
  } finally {
    delete process.env[variable];
  }
  return outdir;
}

describe.each(APPS)('example %s', (app) => {
  let outdir: string;
  beforeAll(() => {
    outdir = synthesized(app, 'CDKTF_OUTDIR');
  });
  afterAll(() => rmSync(outdir, { recursive: true, force: true }));

  const stacks = () => readdirSync(join(outdir, 'stacks')).sort();
  const read = (stack: string) => readFileSync(join(outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8');

  test('renders the reviewed templates', () => {
    expect(stacks().length).toBeGreaterThan(0);
    for (const stack of stacks()) {
      expect(JSON.parse(scrubbed(read(stack)))).toMatchSnapshot(stack);
    }
  });

  test('brings the teardown along, where the template says it is', () => {
    for (const stack of stacks()) {
      const [path] = /assets\/agent-teardown\/[^"]+/.exec(read(stack)) ?? [];
      if (read(stack).includes('"google_service_account": {')) {
        expect(readFileSync(join(outdir, 'stacks', stack, path!), 'utf8')).toContain('NHI_TEARDOWN');
      }
    }
  });
});

test('the AWS half of the Lambda agent has the role that the Google half trusts', () => {
  const [aws, google] = [synthesized('google-from-lambda/aws-app', 'CDK_OUTDIR'), synthesized('google-from-lambda/google-app', 'CDKTF_OUTDIR')];
  try {
    const template = JSON.parse(readFileSync(join(aws, 'InvoiceBot.template.json'), 'utf8')) as { Resources: Record<string, { Type: string; Properties: any }> };
    const roles = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::IAM::Role').map(({ Properties }) => Properties.RoleName);
    const { resource } = JSON.parse(readFileSync(join(google, 'stacks', 'invoice-bot', 'cdk.tf.json'), 'utf8'));
    const [provider] = Object.values<any>(resource.google_iam_workload_identity_pool_provider);

    expect(roles).toEqual(['invoice-bot-test']);
    expect(provider.attribute_condition).toContain(`arn:aws:sts::111122223333:assumed-role/${roles[0]}/`);
  } finally {
    [aws, google].forEach((outdir) => rmSync(outdir, { recursive: true, force: true }));
  }
});

// The program changes with each release, and the path of Terraform's state depends on this machine.
function scrubbed(template: string): string {
  return template.replace(/(assets\/agent-[a-z]+\/)[0-9A-F]{32}/g, '$1<asset-hash>').replace(/"path": "[^"]*(terraform\.[\w-]+\.tfstate)"/g, '"path": "$1"');
}
