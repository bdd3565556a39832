import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { App, CliCredentialsStackSynthesizer, Environment } from 'aws-cdk-lib';
import { Connection } from '../../../cli/connect';
import { Cdk } from '../../../examples/quickstart/cdk';
import { Sessions } from '../../../examples/quickstart/sessions';
import { PlacementLedger, Table } from '../../../runtime/ledger';
import { Emulator } from '../../emulator/emulator';

const ENGINE_ROLE = 'agents-lifecycle-engine';
const FAULT = 'fault';

/** A bootstrapped local AWS, the real `cdk` command on it, and its clients. */
export class LocalAws {
  public static async start(): Promise<LocalAws> {
    // Retries wait in Step Functions: a tenth of the time is enough here.
    const emulator = await Emulator.start({ settings: { SFN_WAIT_SCALE: '0.1' } });
    const aws = new LocalAws(emulator);
    await new Cdk(aws.cdkEnvironment, aws.scratch, '').bootstrap();
    return aws;
  }

  public readonly env: Required<Environment>;
  public readonly endpoint: string;
  public readonly iam: IAMClient;
  public readonly lambda: LambdaClient;
  public readonly secrets: SecretsManagerClient;
  public readonly sessions: Sessions;
  /** The registry as an operator reaches it. */
  public readonly registry: Connection;
  private readonly cloudFormation: CloudFormationClient;
  private readonly cdkEnvironment: Record<string, string>;
  private readonly scratch = mkdtempSync(join(tmpdir(), 'nhi-e2e-'));
  private assemblies = 0;

  private constructor(private readonly emulator: Emulator) {
    const { url: endpoint, region, accountId: account } = emulator;
    const config = { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
    this.env = { account, region };
    this.endpoint = endpoint;
    this.cdkEnvironment = { ...emulator.env, CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region };
    this.iam = new IAMClient(config);
    this.lambda = new LambdaClient(config);
    this.secrets = new SecretsManagerClient(config);
    this.cloudFormation = new CloudFormationClient(config);
    this.sessions = new Sessions(endpoint, region, account);
    const table = new Table(DynamoDBDocumentClient.from(new DynamoDBClient(config)), 'agents-ledger');
    this.registry = {
      registry: 'agents',
      account,
      operator: `arn:aws:iam::${account}:root`,
      bucket: `agents-evidence-${account}-${region}`,
      table,
      ledger: new PlacementLedger(table),
      s3: new S3Client({ ...config, forcePathStyle: true }),
      stateMachine: new SFNClient(config),
      stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:agents-lifecycle`,
    };
  }

  /** Synthesizes an app and deploys all its stacks. */
  public deploy(build: (app: App, env: Required<Environment>) => void): Promise<void> {
    return this.cdk(build).deploy(['--all']);
  }

  public destroy(build: (app: App, env: Required<Environment>) => void): Promise<void> {
    return this.cdk(build).destroy(['--all']);
  }

  /** Status of a stack, or nothing if it is gone. */
  public async statusOf(stackName: string): Promise<string | undefined> {
    try {
      const { Stacks: [stack] = [] } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
      return stack?.StackStatus;
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) {
        return undefined;
      }
      throw error;
    }
  }

  /** What CloudFormation says of failures, newest first. */
  public async failuresOf(stackName: string): Promise<string[]> {
    const { StackEvents: events = [] } = await this.cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackName }));
    return events.filter(({ ResourceStatus: status }) => status?.endsWith('_FAILED')).map(({ ResourceStatusReason: reason = '' }) => reason);
  }

  /** Keeps the engine from some calls on some resources, as a service control policy would, until the returned function is called. */
  public async deny(actions: string[], resources: string[]): Promise<() => Promise<void>> {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: actions, Resource: resources }] };
    await this.iam.send(new PutRolePolicyCommand({ RoleName: ENGINE_ROLE, PolicyName: FAULT, PolicyDocument: JSON.stringify(document) }));
    return async () => void await this.iam.send(new DeleteRolePolicyCommand({ RoleName: ENGINE_ROLE, PolicyName: FAULT }));
  }

  public async stop(): Promise<void> {
    await this.emulator.stop();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private cdk(build: (app: App, env: Required<Environment>) => void): Cdk {
    const outdir = join(this.scratch, `assembly-${this.assemblies++}`);
    const app = new App({ outdir, defaultStackSynthesizer: new CliCredentialsStackSynthesizer(), analyticsReporting: false });
    build(app, this.env);
    app.synth();
    return new Cdk(this.cdkEnvironment, this.scratch, outdir);
  }
}
