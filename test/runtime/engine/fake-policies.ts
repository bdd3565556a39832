import { PolicyClients } from '../../../runtime/aws/granted';
import { named } from '../ledger/memory-table';

interface Command { readonly constructor: { readonly name: string }; readonly input: Record<string, unknown> }
type MakeClient = <C>(service: string, answer: (command: Command) => unknown) => C;

/** The policies of resources, by ARN, as each service returns them. */
export class FakePolicies {
  public readonly byArn = new Map<string, string>();
  /** What services throw, by ARN. */
  public readonly failures = new Map<string, Error>();
  /** ARNs that were asked for. */
  public readonly asked: string[] = [];

  public clients(make: MakeClient): PolicyClients {
    type Input = Record<string, unknown>;
    const answers = (service: string, arnIn: (input: Input) => unknown, none: Error | undefined, as: (policy?: string) => unknown) => (
      make<never>(service, ({ input }) => as(this.policyOf(String(arnIn(input)), none))));
    return {
      s3: answers('s3', ({ Bucket: bucket }) => `arn:aws:s3:::${String(bucket)}`, named('NoSuchBucketPolicy'), (Policy) => ({ Policy })),
      sns: answers('sns', ({ TopicArn: arn }) => arn, undefined, (Policy) => ({ Attributes: { Policy } })),
      kms: answers('kms', ({ KeyId: arn }) => arn, undefined, (Policy) => ({ Policy })),
      secrets: answers('secretsmanager', ({ SecretId: arn }) => arn, undefined, (ResourcePolicy) => ({ ResourcePolicy })),
      lambda: answers('lambda', ({ FunctionName: arn }) => arn, named('ResourceNotFoundException'), (Policy) => ({ Policy })),
      dynamodb: answers('dynamodb', ({ ResourceArn: arn }) => arn, named('PolicyNotFoundException'), (Policy) => ({ Policy })),
      bus: answers('events', ({ Name: arn }) => arn, undefined, (Policy) => ({ Policy })),
      calls: {
        queueAttributes: async (arn): Promise<Record<string, string>> => {
          const policy = this.policyOf(arn, undefined);
          return policy === undefined ? {} : { Policy: policy };
        },
      },
    };
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
