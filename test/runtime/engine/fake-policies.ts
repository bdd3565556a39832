import { PolicyClients } from '../../../runtime/aws/granted';
import { named } from '../ledger/memory-table';

// Each call reads the members that it has.
type Input = Record<string, string | undefined>;
interface Command { readonly constructor: { readonly name: string }; readonly input: Input }
type MakeClient = <C>(service: string, answer: (command: Command) => unknown) => C;
interface Place { readonly account: string; readonly region: string }

/** The policies of resources, by ARN, as each service returns and changes them. */
export class FakePolicies {
  public readonly byArn = new Map<string, string>();
  /** What services throw, by ARN. */
  public readonly failures = new Map<string, Error>();
  /** ARNs that were asked for. */
  public readonly asked: string[] = [];
  /** Operations that changed a policy. */
  public readonly written: string[] = [];
  /** Runs when a service receives a change, before it makes it. */
  public beforeWrite: (arn: string) => void;
  private readonly revisions = new Map<string, number>();

  constructor() {
    this.beforeWrite = () => undefined;
  }

  public clients(make: MakeClient, place: Place = { account: '111122223333', region: 'eu-west-1' }): PolicyClients {
    const client = <C>(service: string, arnIn: (input: Input) => string | undefined, none?: string): C => (
      make<C>(service, ({ constructor: { name }, input }) => this.answer(name.replace('Command', ''), arnIn(input)!, input, none)));
    const queueUrl = (arn: string): string => `https://queues/${arn}`;
    return {
      s3: client('s3', ({ Bucket: bucket }) => `arn:aws:s3:::${bucket}`, 'NoSuchBucketPolicy'),
      sns: client('sns', ({ TopicArn: arn }) => arn),
      kms: client('kms', ({ KeyId: arn }) => arn),
      secrets: client('secretsmanager', ({ SecretId: arn }) => arn),
      lambda: client('lambda', ({ FunctionName: arn }) => arn, 'ResourceNotFoundException'),
      dynamodb: client('dynamodb', ({ ResourceArn: arn }) => arn, 'PolicyNotFoundException'),
      bus: client('events', ({ Name: arn, EventBusName: bus }) => arn ?? `arn:aws:events:${place.region}:${place.account}:event-bus/${bus}`),
      calls: {
        queueUrl,
        queueAttributes: async (arn): Promise<Record<string, string>> => {
          const policy = this.policyOf(arn, undefined);
          return policy === undefined ? {} : { Policy: policy };
        },
        json: async (service, action, input) => {
          const { QueueUrl: url, repositoryName } = input as Input;
          const arn = service === 'sqs' ? url!.slice('https://queues/'.length)
            : `arn:aws:${service}:${place.region}:${place.account}:${service === 'ecr' ? `repository/${repositoryName}` : 'catalog'}`;
          return this.answer(action, arn, { ...input as Input, ...(input.Attributes as Input | undefined) }, service === 'ecr' ? 'RepositoryPolicyNotFoundException' : 'EntityNotFoundException') as never;
        },
      },
    };
  }

  private answer(operation: string, arn: string, input: Input, none?: string): unknown {
    if (/^(Get|Describe)/.test(operation)) {
      const policy = this.policyOf(arn, none === undefined ? undefined : named(none));
      const revision = String(this.revisions.get(arn) ?? 0);
      const texts = { Policy: policy, ResourcePolicy: policy, Attributes: { Policy: policy }, policyText: policy, PolicyInJson: policy };
      return { ...texts, RevisionId: revision, PolicyHash: revision };
    }
    this.beforeWrite(arn);
    const expected = input.ExpectedRevisionId ?? input.PolicyHashCondition ?? input.RevisionId;
    if (expected !== undefined && expected !== String(this.revisions.get(arn) ?? 0)) {
      throw named('ConditionCheckFailureException', 'the policy was changed in between');
    }
    const sid = input.Label ?? input.StatementId;
    this.set(arn, sid === undefined ? this.documentIn(input) : this.without(arn, sid));
    this.written.push(operation);
    return {};
  }

  /** As anybody may do at any time. */
  public set(arn: string, document: string | undefined): void {
    this.revisions.set(arn, (this.revisions.get(arn) ?? 0) + 1);
    if (document === undefined) {
      this.byArn.delete(arn);
    } else {
      this.byArn.set(arn, document);
    }
  }

  private documentIn({ Policy, ResourcePolicy, AttributeValue, policyText, PolicyInJson }: Input): string | undefined {
    return (Policy ?? ResourcePolicy ?? AttributeValue ?? policyText ?? PolicyInJson) || undefined;
  }

  private without(arn: string, sid: string): string | undefined {
    const policy = JSON.parse(this.byArn.get(arn)!) as { Statement: { Sid?: string }[] };
    const left = policy.Statement.filter((one) => one.Sid !== sid);
    return left.length === 0 ? undefined : JSON.stringify({ ...policy, Statement: left });
  }

  private policyOf(arn: string, none: Error | undefined): string | undefined {
    this.asked.push(arn);
    const failure = this.failures.get(arn);
    if (failure !== undefined) {
      throw failure;
    }
    const policy = this.byArn.get(arn);
    if (policy === undefined && none !== undefined) {
      throw none;
    }
    return policy;
  }
}
