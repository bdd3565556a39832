import { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { Place } from './resource-policies';
import { resourcesWithin, StackReader } from '../cloudformation';

/** The resources that an agent's app declares: those that its grants name, and those in the agent's own stacks. */
export interface DeclaredResources {
  /** ARNs or patterns of them. */
  readonly arns: readonly string[];
  /** What the grants name and no stack resolves. */
  readonly unknown: readonly string[];
  /** Physical ids of all that is in the agent's own stacks, by type. */
  readonly own: ReadonlyMap<string, readonly string[]>;
}

interface DeclaringApp {
  /** Resources of grants, as the ledger has them. */
  readonly texts: readonly string[];
  readonly stackIds: readonly string[];
  readonly partition: string;
  readonly place: Place;
}

/** The last part of the ARN of resources that have a policy, by the physical id in CloudFormation. */
const NAMES: Readonly<Record<string, readonly [service: string, name: (id: string) => string]>> = {
  'AWS::SQS::Queue': ['sqs', (id) => id.split('/').at(-1)!],
  'AWS::KMS::Key': ['kms', (id) => `key/${id}`],
  'AWS::Lambda::Function': ['lambda', (id) => `function:${id}`],
  'AWS::DynamoDB::Table': ['dynamodb', (id) => `table/${id}`],
  'AWS::DynamoDB::GlobalTable': ['dynamodb', (id) => `table/${id}`],
  'AWS::Events::EventBus': ['events', (id) => `event-bus/${id}`],
  'AWS::ECR::Repository': ['ecr', (id) => `repository/${id}`],
};

/** A pseudo parameter of CloudFormation in a text, as the CDK's references and its constants become. */
const PSEUDO = /<(AWS::\w+)>|\{"Ref":"(AWS::\w+)"\}/g;

/** A reference in a text: `<Table.Arn>` in the agent's own stack, `<Data:Table.Arn>` in the stack Data. */
const REFERENCE = /<(?:([^<>:]+):)?([^<>.:]+)(?:\.([\w.]+))?>/g;

/**
 * Fills in what the texts of declared grants leave open. The cost grows with the agent's app: one listing of each stack that is referred to.
 */
export async function declaredResources(
  aws: StackReader, { texts, stackIds, partition, place }: DeclaringApp,
): Promise<DeclaredResources> {
  const arnOf = ({ ResourceType: type = '', PhysicalResourceId: id = '' }: StackResourceSummary): string | undefined => {
    if (id.startsWith('arn:')) {
      return id;
    }
    const [service, name] = NAMES[type] ?? [];
    return type === 'AWS::S3::Bucket' ? `arn:${partition}:s3:::${id}` : name && `arn:${partition}:${service}:${place.region}:${place.account}:${name(id)}`;
  };
  const pseudo: Record<string, string> = { 'AWS::Partition': partition, 'AWS::Region': place.region, 'AWS::AccountId': place.account };
  const fill = (text: string): string => text.replace(PSEUDO, (all, one: string | undefined, other: string) => pseudo[one ?? other] ?? all);
  const filled = [...new Set(texts.map(fill))];
  const names = new Set(filled.flatMap((text) => [...text.matchAll(REFERENCE)].flatMap(([, stack]) => stack ?? [])));
  const own = await resourcesWithin(aws, stackIds);
  const others = new Map(await Promise.all([...names].map(async (stack) => [stack, await resourcesWithin(aws, [stack])] as const)));
  const unknown: string[] = [];
  const resolved = filled.flatMap((text) => {
    const reference = [...text.matchAll(REFERENCE)];
    if (reference.length !== 1) {
      unknown.push(...reference.length === 0 ? [] : [text]);
      return reference.length === 0 ? [text] : [];
    }
    const [[whole, stack, logicalId, attribute]] = reference;
    const found = (stack === undefined ? own : others.get(stack)!).filter((one) => one.LogicalResourceId === logicalId);
    unknown.push(...found.length === 0 ? [text] : []);
    // Of what has no policy that is known here, the ARN is not needed.
    return found.flatMap((one) => (attribute === undefined ? one.PhysicalResourceId! : attribute === 'Arn' ? arnOf(one) : undefined) ?? []).map((value) => text.replace(whole, value));
  });
  const byType = new Map<string, string[]>();
  own.forEach(({ ResourceType: type = '', PhysicalResourceId: id = '' }) => byType.set(type, [...byType.get(type) ?? [], id]));
  return { arns: [...new Set([...resolved, ...own.flatMap((one) => arnOf(one) ?? [])])].sort(), unknown: unknown.sort(), own: byType };
}
