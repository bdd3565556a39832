import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudFormationClient, DescribeStackResourcesCommand, Export, paginateListExports, StackResource } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { App, CliCredentialsStackSynthesizer, cx_api, Environment } from 'aws-cdk-lib';
import { Build } from './apps';
import { Assets } from './assets';
import { Stacks } from './stacks';
import { Cdk } from '../../../examples/quickstart/cdk';
import { Keys, Sessions } from '../../../examples/quickstart/sessions';
import { operatorsCalls } from '../../../runtime/aws/plain-calls';
import { PlacementLedger, Table } from '../../../runtime/ledger';
import { Connection } from '../../../runtime/operator';
import { Emulator } from '../../emulator/emulator';
import { FrozenVersion } from '../upgrade/frozen';

const ENGINE_ROLE = 'agents-nhi-lifecycle-engine';
const FAULT = 'fault';
const NHI = join(__dirname, '..', '..', '..', 'assets', 'cli', 'nhi', 'index.js');

/** A local AWS, deployments to it through CloudFormation's API or by the real `cdk` command, and its clients. */
export class LocalAws {
  /**
   * @param tls Whether it speaks TLS.
   * @param bootstrapped Whether to run `cdk bootstrap`, for files that use the `cdk` command. Otherwise there is only the bucket for assets.
   */
  public static async start(
    { tls = false, bootstrapped = false, region }: { tls?: boolean; bootstrapped?: boolean; region?: string } = {},
  ): Promise<LocalAws> {
    // Retries wait in Step Functions: a tenth of the time is enough here. The engine's watch for a role's deletion then still takes 20 seconds.
    const emulator = await Emulator.start({ settings: { SFN_WAIT_SCALE: '0.1', SFN_LONGEST_WAIT_SECONDS: '3' }, tls, region });
    const aws = new LocalAws(emulator);
    await (bootstrapped ? new Cdk(aws.cdkEnvironment, aws.scratch, '').bootstrap() : aws.assets.createBucket());
    return aws;
  }

  public readonly env: Required<Environment>;
  public readonly endpoint: string;
  /** The same without TLS. */
  public readonly plainEndpoint: string;
  public readonly iam: IAMClient;
  public readonly lambda: LambdaClient;
  public readonly secrets: SecretsManagerClient;
  public readonly sessions: Sessions;
  /** An operator's connection to the registry. */
  public readonly registry: Connection;
  private readonly cloudFormation: CloudFormationClient;
  private readonly stacks: Stacks;
  private readonly assets: Assets;
  private readonly cdkEnvironment: Record<string, string>;
  private readonly scratch = mkdtempSync(join(tmpdir(), 'nhi-e2e-'));
  private assemblies = 0;

  private constructor(private readonly emulator: Emulator, account = emulator.accountId) {
    const { url: endpoint, region, transport } = emulator;
    const config = { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' }, ...transport };
    this.env = { account, region };
    this.endpoint = endpoint;
    this.plainEndpoint = emulator.plainUrl;
    this.cdkEnvironment = { ...emulator.envFor(account), CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region };
    this.iam = new IAMClient(config);
    this.lambda = new LambdaClient(config);
    this.secrets = new SecretsManagerClient(config);
    this.cloudFormation = new CloudFormationClient(config);
    this.stacks = new Stacks(this.cloudFormation);
    this.sessions = new Sessions(endpoint, region, account, transport);
    this.registry = this.registryAs(config.credentials, `arn:aws:iam::${account}:root`);
    this.assets = new Assets(this.registry.s3, account, region);
  }

  /** The same local AWS in another account, with a bucket for assets. It ends with the emulator: stop the first one only. */
  public async inAccount(account: string): Promise<LocalAws> {
    const other = new LocalAws(this.emulator, account);
    await other.assets.createBucket();
    return other;
  }

  /** What a client of the AWS SDK needs to trust it. */
  public get transport(): Emulator['transport'] {
    return this.emulator.transport;
  }

  /** What the SDK and the command need in their environment to reach it. Without keys. */
  public get environment(): Record<string, string> {
    const all = Object.entries(this.emulator.envFor(this.env.account));
    return Object.fromEntries(all.filter(([name]) => !/^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE)$/.test(name)));
  }

  /** The registry as somebody else reaches it. */
  public registryAs(credentials: Keys, operator: string, endpoint = this.endpoint, userId = ''): Connection {
    const { env: { account, region } } = this;
    const config = { endpoint, region, credentials, ...this.emulator.transport };
    const table = new Table(DynamoDBDocumentClient.from(new DynamoDBClient(config), { marshallOptions: { removeUndefinedValues: true } }), 'agents-nhi-ledger');
    return {
      registry: 'agents',
      partition: 'aws',
      account,
      region,
      iam: this.iam,
      kms: new KMSClient(config),
      cloudFormation: this.cloudFormation,
      operator,
      userId,
      bucket: `agents-nhi-evidence-${account}-${region}`,
      table,
      ledger: new PlacementLedger(table),
      s3: new S3Client({ ...config, forcePathStyle: true }),
      stateMachine: new SFNClient(config),
      stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:agents-nhi-lifecycle`,
      plain: operatorsCalls('aws', region, async () => credentials),
    };
  }

  /** Synthesizes an app and deploys all its stacks of this account, those in a `Stage` too. */
  public async deploy(build: Build): Promise<void> {
    await this.deployAll(this.ownStacks(build));
  }

  /** Deploys an app's stacks with templates that were edited after the synthesis. */
  public async deployEdited(build: Build, edit: (resources: Record<string, CfnResourceJson>) => void): Promise<void> {
    for (const { stackName, template } of this.synthesize(build).assembly.stacks) {
      edit((template as { Resources: Record<string, CfnResourceJson> }).Resources);
      await this.stacks.deploy(stackName, { TemplateBody: JSON.stringify(template) });
    }
  }

  /** Deploys the stacks of a former version of the library. */
  public async deployFrozen({ templates, assets }: FrozenVersion): Promise<void> {
    for (const [key, files] of Object.entries(assets)) {
      await this.assets.uploadCode(key, files, join(this.scratch, `code-${key}`));
    }
    for (const [stackName, template] of Object.entries(templates)) {
      await this.deployTemplate(stackName, template);
    }
  }

  /**
   * Deploys a stack of an assembly that the default synthesizer wrote, without the check of the bootstrap stack, which is not here.
   *
   * @param lacking types of resources for which a parameter stands, and values of attributes
   */
  public async deployAssembly(directory: string, name: string, { without, attributes }: Lacking): Promise<void> {
    const stack = new cx_api.CloudAssembly(directory).stacks.find(({ stackName }) => stackName === name)!;
    const { Rules: _rules, Parameters: _parameters, ...template } = stack.template as DefaultTemplate;
    const standIn = { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'stand-in' } };
    const Resources = Object.fromEntries(Object.entries(template.Resources)
      .map(([id, resource]) => [id, without.includes(resource.Type) ? standIn : resource]));
    await this.assets.publish(stack);
    await this.deployTemplate(name, JSON.stringify({ ...template, Resources }).replace(/\{"Fn::GetAtt":\["\w+","(\w+)"\]\}/g, (getAtt, attribute: string) => (
      attribute in attributes ? JSON.stringify(attributes[attribute]) : getAtt)));
  }

  /** Destroys one stack. */
  public async destroyStack(stackName: string): Promise<void> {
    await this.stacks.destroy(stackName);
  }

  /** Destroys all its stacks in reverse order. */
  public async destroy(build: Build): Promise<void> {
    for (const { stackName } of this.ownStacks(build).reverse()) {
      await this.stacks.destroy(stackName);
    }
  }

  /** Synthesizes an app and deploys some of its stacks, without those that they depend on. */
  public async deployOnly(names: string[], build: Build): Promise<void> {
    await this.deployAll(this.synthesize(build).assembly.stacks.filter(({ stackName }) => names.includes(stackName)));
  }

  /** The same by the `cdk` command, with `--exclusively`, whatever the stacks have. */
  public deployByCommand(build: Build, stacks = ['--all']): Promise<void> {
    return this.synthesize(build).cdk.deploy(stacks);
  }

  public destroyByCommand(build: Build): Promise<void> {
    return this.synthesize(build).cdk.destroy(['--all']);
  }

  /** Deploys stacks of an app by the `cdk` command. The app is a command line that synthesizes. */
  public deployApp(app: string, stacks: string[]): Promise<void> {
    return new Cdk(this.cdkEnvironment, this.scratch, app).deploy(stacks);
  }

  /** Runs the bundled command as a script does, without a terminal to ask at. */
  public async nhi(words: readonly string[], account = this.env.account): Promise<Ran> {
    return this.run(words, this.emulator.envFor(account));
  }

  /** The same with the keys of a session. */
  public nhiAs({ accessKeyId, secretAccessKey, sessionToken = '' }: Keys, words: readonly string[]): Promise<Ran> {
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
    return this.run(words, { ...this.emulator.envFor(this.env.account), ...keys });
  }

  private run(words: readonly string[], also: Record<string, string>): Promise<Ran> {
    const env = { ...process.env, ...also };
    return new Promise((resolve) => {
      execFile(process.execPath, [NHI, ...words], { env }, (error, stdout, stderr) => resolve({ status: Number(error?.code ?? 0), stdout, stderr }));
    });
  }

  /** Status of a stack, or undefined if it doesn't exist. */
  public async statusOf(stackName: string): Promise<string | undefined> {
    return (await this.stacks.find(stackName))?.StackStatus;
  }

  /** CloudFormation's reasons for failures, newest first. */
  public failuresOf(stackName: string): Promise<string[]> {
    return this.stacks.failures(stackName);
  }

  /** Resources of a stack. */
  public async resourcesOf(StackName: string): Promise<StackResource[]> {
    const { StackResources: resources = [] } = await this.cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
    return resources;
  }

  /** All exports of all stacks, by name. */
  public async exports(): Promise<Export[]> {
    const exports: Export[] = [];
    for await (const { Exports: page = [] } of paginateListExports({ client: this.cloudFormation }, {})) {
      exports.push(...page);
    }
    return exports.sort((one, other) => one.Name!.localeCompare(other.Name!));
  }

  /** Waits until no transition is running. */
  public async executionsDone(): Promise<void> {
    const { stateMachine, stateMachineArn } = this.registry;
    for (;;) {
      const { executions = [] } = await stateMachine.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
      if (executions.length === 0) {
        return;
      }
      await pause(200);
    }
  }

  /** Denies the engine some calls on some resources, as a service control policy would, until the returned function is called. */
  public async deny(actions: string[], resources: string[]): Promise<() => Promise<void>> {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: actions, Resource: resources }] };
    await this.iam.send(new PutRolePolicyCommand({ RoleName: ENGINE_ROLE, PolicyName: FAULT, PolicyDocument: JSON.stringify(document) }));
    return async () => void await this.iam.send(new DeleteRolePolicyCommand({ RoleName: ENGINE_ROLE, PolicyName: FAULT }));
  }

  public async stop(): Promise<void> {
    await this.emulator.stop();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private ownStacks(build: Build): cx_api.CloudFormationStackArtifact[] {
    return this.synthesize(build).assembly.stacksRecursively
      .filter(({ environment: { account } }) => [this.env.account, cx_api.UNKNOWN_ACCOUNT].includes(account));
  }

  private async deployAll(stacks: cx_api.CloudFormationStackArtifact[]): Promise<void> {
    for (const stack of stacks) {
      await this.stacks.deploy(stack.stackName, { TemplateURL: await this.assets.publish(stack) });
    }
  }

  private async deployTemplate(stackName: string, template: string): Promise<void> {
    await this.stacks.deploy(stackName, { TemplateURL: await this.assets.uploadTemplate(`${stackName}-${this.assemblies++}.json`, template) });
  }

  private synthesize(build: Build): { readonly assembly: cx_api.CloudAssembly; readonly cdk: Cdk } {
    const outdir = join(this.scratch, `assembly-${this.assemblies++}`);
    const app = new App({ outdir, defaultStackSynthesizer: new CliCredentialsStackSynthesizer(), analyticsReporting: false });
    build(app, this.env);
    return { assembly: app.synth(), cdk: new Cdk(this.cdkEnvironment, this.scratch, outdir) };
  }
}

/** What a command printed, and its exit code. */
interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the emulator's CloudFormation lacks of an app. */
interface Lacking {
  readonly without: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

interface DefaultTemplate {
  readonly Rules?: object;
  readonly Parameters?: object;
  readonly Resources: Record<string, CfnResourceJson>;
}

interface CfnResourceJson {
  readonly Type: string;
  DeletionPolicy?: string;
}
