import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, aws_s3 as s3, Stage, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { unexplained } from './acknowledged';
import { anywhere, development, everything, openBucket, usersApp, wrongBucket } from './apps';
import { cfnLint, checkov, Finding, nag, pythonOfLinters } from './tools';
import { AgentStage } from 'cdk-nhi-lifecycle';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
// The quickstart gets its context from its script, and its registry is one for development. Of those for Google one has a half in AWS.
const AWS_EXAMPLES = readdirSync(EXAMPLES).filter((name) => name !== 'quickstart' && (!name.startsWith('google-') || name === 'google-from-lambda'));
const APPS: Record<string, (app: App) => void> = { everything, anywhere, development, wrong: (app) => void usersApp(wrongBucket, app) };

let folder: string;
let found: Finding[];
/** Those in an app with a bucket that is wrong. */
let wrong: Finding[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nhi-static-checks-'));
  found = [];
  for (const [name, build] of Object.entries(APPS)) {
    const app = new App({ outdir: join(folder, name), analyticsReporting: false });
    build(app);
    app.synth();
    found.push(...nag(name, app));
  }
  AWS_EXAMPLES.forEach((example) => found.push(...synthesized(example)));
  const python = await pythonOfLinters();
  found.push(...(await Promise.all([cfnLint(python, folder), checkov(python, folder)])).flat());
  wrong = found.filter(({ at }) => at.startsWith('wrong/'));
  found = found.filter((finding) => !wrong.includes(finding));
  // Minutes on a quiet machine, and several times that on a busy one.
}, 1_800_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an example into the folder, and returns what cdk-nag finds in it. */
function synthesized(example: string): Finding[] {
  const apps: App[] = [];
  const synth = Stage.prototype.synth;
  const spy = jest.spyOn(Stage.prototype, 'synth').mockImplementation(function (this: Stage, options) {
    apps.push(this as App);
    return synth.call(this, options);
  });
  process.env.CDK_OUTDIR = join(folder, example);
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is only known here, and loading must be synchronous
    require(join(EXAMPLES, example, example.startsWith('google-') ? 'aws-app' : 'app'));
  } finally {
    delete process.env.CDK_OUTDIR;
    spy.mockRestore();
  }
  return apps.flatMap((app) => nag(example, app));
}

test('cdk-nag, cfn-lint and checkov find nothing in any registry, agent or example without a reason', () => {
  expect(unexplained(found)).toEqual({ findings: [], unused: [] });
});

test('each acknowledgement in a template has a reason', () => {
  const templates = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.template.json'));
  const metadata = templates.flatMap((file) => Object.values(JSON.parse(readFileSync(join(folder, file), 'utf8')).Resources as Record<string, { Metadata?: any }>))
    .map(({ Metadata = {} }) => Metadata);
  const lint = metadata.flatMap(({ 'cfn-lint': one }) => (one === undefined ? [] : [one]));
  const skipped = metadata.flatMap(({ checkov: { skip = [] } = {} }) => skip);

  expect(lint.length).toBeGreaterThan(20);
  lint.forEach(({ config: { ignore_checks: rules }, reasons }) => rules.forEach((rule: string) => expect(reasons[rule]).toMatch(/\w+ \w+ \w+/)));
  expect(skipped.length).toBeGreaterThan(50);
  skipped.forEach(({ comment }) => expect(comment).toMatch(/\w+ \w+ \w+/));
});

describe('an app of a user, checked in its own synthesis', () => {
  /** What the plug-in reports. A synthesis with findings fails, and its error lists them. */
  function report(app: App): string[] {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    try {
      app.synth();
      return [];
    } catch (error) {
      const reported = (error as Error).message.matchAll(/^\s*(\S+) aws-cdk-lib\S*\n\s*Acknowledge with 'AwsSolutions::(.+)'$/gm);
      return [...reported].map(([, path, rule]) => `${rule} ${path}`);
    }
  }

  test('has no finding in what this library creates', () => {
    expect(report(usersApp())).toEqual([]);
  });

  test('is warned of a bucket of its own, and of wide access that it grants itself', () => {
    const findings = report(usersApp((stack, bot) => {
      openBucket(stack);
      s3.Bucket.fromBucketName(stack, 'Receipts', 'receipts').grantRead(bot.accessIn(AgentStage.TEST));
    }));

    expect(findings).toContain('AwsSolutions-S10 InvoiceBot/Open/Resource');
    expect(findings).toContain('AwsSolutions-IAM5[Action::s3:GetObject*] InvoiceBot/Identity/Role/Access/Resource');
    expect(findings.filter((finding) => !/\/Open\/|AwsSolutions-IAM5.*(s3:|receipts)/.test(finding))).toEqual([]);
  });
});

test('cfn-lint and checkov find what is wrong in a resource of a user', () => {
  const rules = wrong.filter(({ at }) => at.startsWith('wrong/InvoiceBot/Open')).map(({ rule }) => rule);

  expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-S10', 'E3002', 'CKV_AWS_18']));
  expect(wrong.filter(({ at }) => !at.startsWith('wrong/InvoiceBot/Open'))).toEqual([]);
});
