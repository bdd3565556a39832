import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Consumer, pythonConsumer, run, typescriptConsumer } from './consumers';
import { freshClone, litter, PROJECT, SCRATCH } from './fresh-clone';

const MINUTES = 60_000;
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };

let folder: string;
let packed: string[];
let typescript: Consumer;
let python: Consumer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nhi-installed-'));
  const clone = freshClone(folder);
  litter(clone);
  const [{ filename, files }] = JSON.parse(await run(clone, 'npm', 'pack', '--json')) as { filename: string; files: { path: string }[] }[];
  packed = files.map(({ path }) => path);
  [typescript, python] = await Promise.all([typescriptConsumer(join(folder, 'typescript'), join(clone, filename)), pythonConsumer(join(folder, 'python'), clone)]);
}, 15 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('`npm pack` in a fresh clone', () => {
  test('packs the compiled library, the handlers, the command and the picture of README', () => {
    expect(packed).toEqual(expect.arrayContaining([
      '.jsii', 'LICENSE', 'README.md', 'package.json', 'lib/index.js', 'lib/index.d.ts', 'lib/google/index.js', 'docs/protocol.svg',
      'assets/cli/nhi/index.js', 'assets/runtime/handlers/index/index.js',
      ...['preflight', 'enable', 'teardown', 'record'].map((program) => `assets/runtime/google/${program}/index.js`),
    ]));
  });

  test('packs nothing that lies about', () => {
    expect(packed.filter((path) => SCRATCH.includes(path))).toEqual([]);
    expect(packed.filter((path) => !/^(lib\/.*\.(js|d\.ts)|assets\/.*\/index\.js|docs\/(protocol\.svg|nhi\.1)|\.jsii|LICENSE|README\.md|package\.json)$/.test(path))).toEqual([]);
  });
});

describe.each([['TypeScript', () => typescript], ['Python', () => python]])('an empty app in %s', (_, consumer) => {
  test('makes the stacks of README\'s app', () => {
    const { templates } = consumer();
    const { Resources: resources } = JSON.parse(templates['InvoiceBot.template.json']) as { Resources: Record<string, { Type: string }> };

    expect(Object.keys(templates)).toEqual(['InvoiceBot.template.json', 'Platform.template.json']);
    expect(Object.values(resources).map(({ Type }) => Type)).toContain('AWS::Lambda::Function');
  });

  test('has neither cdktf nor the Google provider installed with it', () => {
    const { installed } = consumer();

    expect(installed).toContain('cdk-nhi-lifecycle');
    expect(installed.filter((name) => /cdktf/i.test(name))).toEqual([]);
  });

  test('has the command, which answers with its version and fails with the code', async () => {
    expect(await consumer().run('nhi', '--version')).toBe(`${version}\n`);
    await expect(consumer().run('nhi', 'show', 'Invoice Bot')).rejects.toMatchObject({ code: 64, stderr: expect.stringContaining('nhi: AgentNameInvalid: ') });
  }, MINUTES);
});

test('an error in Python begins with its code, be it of a constructor or of an attribute', async () => {
  const script = `
from aws_cdk import Stack
from cdk_nhi_lifecycle import LifecycleRegistry, Expiry
for wrong in (lambda: LifecycleRegistry(Stack(), "Agents", registry_name="-"), lambda: Expiry.on("tomorrow").iso):
    try:
        wrong()
    except Exception as error:
        print(error)`;
  const [ofConstructor, ofAttribute] = (await python.run('python', '-c', script)).split('\n');

  expect(ofConstructor).toMatch(/^RegistryNameInvalid: (?!RegistryNameInvalid)/);
  expect(ofAttribute).toMatch(/^ExpiryInvalid: (?!ExpiryInvalid)/);
}, MINUTES);

test('a rule of the guardrails in Python is applied, and one that fails is named', async () => {
  const script = `
import jsii, json, sys
from aws_cdk import App, Stack, Validations, aws_iam as iam
from cdk_nhi_lifecycle import AgentGuardrails, GuardrailFinding, GuardrailSeverity, IGuardrailRule

@jsii.implements(IGuardrailRule)
class PathRule:
    @property
    def rule_id(self):
        return "ACME1-no-role-without-path"
    @property
    def severity(self):
        return GuardrailSeverity.LOW
    @property
    def why(self):
        return "permissions of teams are given by path"
    def find(self, app):
        if sys.argv[1] == "fails":
            raise RuntimeError("no such property")
        return [GuardrailFinding(template=one.template, logical_id=one.resource.logical_id, problem=f"role {one.name} has no path", fix="set its path") for one in app.principals]

app = App(outdir=sys.argv[2])
iam.Role(Stack(app, "Shop"), "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
Validations.of(app).add_plugins(AgentGuardrails(rules=[PathRule()]))
try:
    app.synth()
except Exception:
    pass
report = json.load(open(sys.argv[2] + "/validation-report.json"))
print(json.dumps([one["description"] for plugin in report["pluginReports"] if plugin["pluginName"] == "AgentGuardrails" for one in plugin["violations"]]))`;
  const said = async (how: string): Promise<unknown> => JSON.parse((await python.run('python', '-c', script, how, join(folder, `rule-${how}`))).trim().split('\n').at(-1)!);

  expect(await said('finds')).toEqual(['role Shop-Role1ABCC5F0 has no path: permissions of teams are given by path']);
  expect(await said('fails')).toEqual([expect.stringMatching(/^the rule ACME1-no-role-without-path failed: .*no such property/)]);
}, MINUTES);

test('a fleet in Python has its agents from dictionaries, and reports the faults of all of them', async () => {
  const script = `
from aws_cdk import App, Environment, Stack
from cdk_nhi_lifecycle import AgentDefaults, AgentFleet, AgentRuntime, AgentStage, Expiry, LifecycleRegistry, Sponsor
stack = Stack(App(), "Fleet", env=Environment(account="111122223333", region="eu-central-1"))
AgentDefaults.of(stack).set(
    registry=LifecycleRegistry.from_registry_name(stack, "Registry", "agents"),
    sponsor=Sponsor.person(name="Ada Park", email="ada.park@example.com", backup_email="li.chen@example.com"),
    stage=AgentStage.TEST, expires=Expiry.on("2027-03-31"), runtime=AgentRuntime.ec2())
row = {"agentName": "invoice-bot", "purpose": "Matches supplier invoices", "access": "read"}
fleet = AgentFleet.from_rows([row], stacks={"one": stack}, access=["read"])
print(",".join(bot.agent_name for bot in fleet.with_access("read")), fleet.agent("invoice-bot").stage.name)
try:
    AgentFleet.from_rows([{**row, "agentName": "X"}, {**row, "agentName": "second-bot", "stage": "tset"}], stacks={"one": stack}, access=["read"])
except Exception as error:
    print(error)`;
  const [agents, first, ...faults] = (await python.run('python', '-c', script)).trim().split('\n');

  expect(agents).toBe('invoice-bot test');
  expect(first).toMatch(/^FleetInvalid: the rows: 2 faults in 2 of 2 rows/);
  expect(faults).toEqual([expect.stringMatching(/^ {2}row 1, column agentName: AgentNameInvalid/), expect.stringMatching(/^ {2}row 2, column stage: StageUnknown: "tset"/)]);
}, MINUTES);

test('the app in Python makes the templates of the app in TypeScript, byte for byte', () => {
  expect(python.templates).toEqual(typescript.templates);
});
