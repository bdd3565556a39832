import { Aspects, aws_iam as iam, CfnResource, IAspect, Reference, Stack, Stage, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AccessDeclaration } from './declared-access';
import { AgentParts } from './delegation-graph';
import { callerText } from '../../contract/callers';
import { RoleHolders } from '../agent-runtime/role-holders';
import { Contents, overriddenNames, propertyContents } from '../iam/contents';
import { globMatches, hasWildcard } from '../iam/globs';

/** A place through which events go, as a text: the path of a resource of this app, the ARN of another one, or a bus with its region and account. */
type Place = string;

/** Actions that put events into a place, and actions that take them out. Those of DynamoDB are about the stream of a table. */
const SENDS: Actions = {
  sqs: ['SendMessage'], sns: ['Publish'], events: ['PutEvents'], kinesis: ['PutRecord', 'PutRecords'], dynamodb: ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
};
const READS: Actions = { sqs: ['ReceiveMessage'], kinesis: ['GetRecords', 'SubscribeToShard'], dynamodb: ['GetRecords'] };
type Actions = Readonly<Record<string, readonly string[]>>;

const SERVICE_OF: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'dynamodb',
  'AWS::DynamoDB::Table': 'dynamodb',
  'AWS::Events::EventBus': 'events',
  'AWS::Kinesis::Stream': 'kinesis',
  'AWS::SNS::Topic': 'sns',
  'AWS::SQS::Queue': 'sqs',
};
const STREAM = 'StreamArn';

const RULE = 'AWS::Events::Rule';
/** Resources that lead events from one place to others: properties of the one, absent if it is the resource itself, and of the others. */
const LEADS: Readonly<Record<string, { readonly from?: RegExp; readonly to: RegExp }>> = {
  [RULE]: { from: /^eventBusName$/i, to: /^targets\.\d+\.arn$/i },
  'AWS::Lambda::Alias': { to: /^functionName$/i },
  'AWS::Lambda::EventSourceMapping': { from: /^eventSourceArn$/i, to: /^functionName$/i },
  'AWS::Lambda::Version': { to: /^functionName$/i },
  'AWS::Pipes::Pipe': { from: /^source$/i, to: /^target$/i },
  'AWS::SNS::Subscription': { from: /^topicArn$/i, to: /^endpoint$/i },
};

/** Compute to which events are led. */
const COMPUTE = ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine'];
/** The state of an agent names its readers, and has a limited size. */
const MOST_READERS = 20;
/** The region and the account may be tokens. */
const BUS = /^arn:[^:]+:events:([^:]*):([^:]*):event-bus\/([\w./-]+)$/;

/** After aspects that change resources (500) and before the tree is only read (1000). */
const PRIORITY = 900;

const WATCHES = new WeakMap<IConstruct, EventReaders>();

interface Watched {
  readonly parts: AgentParts;
  readonly declarations: readonly AccessDeclaration[];
}

interface Index {
  /** What of the app it was made from, in numbers. */
  readonly of: string;
  readonly leads: ReadonlyMap<Place, readonly Place[]>;
  readonly readers: ReadonlyMap<Place, readonly AgentParts[]>;
}

/** Finds which agents of an app, or of a CDK Stage of it, read what other ones send: from the same queue or stream, or by a rule, a subscription, an event source or a pipe in between. */
export class EventReaders implements IAspect {
  public static in(scope: IConstruct): EventReaders {
    const root = Stage.of(scope) ?? scope.node.root;
    const made = WATCHES.get(root) ?? new EventReaders();
    if (!WATCHES.has(root)) {
      WATCHES.set(root, made);
      Aspects.of(root).add(made, { priority: PRIORITY });
    }
    return made;
  }

  private readonly agents = new Map<IConstruct, Watched>();
  private readonly led = new Map<CfnResource, Contents>();
  private known: Index | undefined;

  public watch(parts: AgentParts, declarations: readonly AccessDeclaration[]): void {
    this.agents.set(parts.agent, { parts, declarations });
  }

  public visit(node: IConstruct): void {
    // What an override replaces is not known here.
    if (CfnResource.isCfnResource(node) && Object.hasOwn(LEADS, node.cfnResourceType) && !isOverridden(node)) {
      this.led.set(node, propertyContents(node));
    }
  }

  /** The agents of the same registry that read what an agent sends in its present stage, as its declared access names them. Complete when the app is synthesized. */
  public of(agent: IConstruct): string[] {
    const { parts: { agentName, registry }, declarations } = this.agents.get(agent)!;
    const { leads, readers } = this.index();
    const reached = new Set(placesOf(declarations, SENDS));
    // What is added to a set while it is visited is visited too.
    reached.forEach((place) => leads.get(place)?.forEach((next) => reached.add(next)));
    const { account } = Stack.of(agent);
    const found = [...reached].flatMap((place) => readers.get(place) ?? []);
    const ofRegistry = found.filter((reader) => reader.registry.registryName === registry.registryName && Stack.of(reader.agent).account === account);
    const names = [...new Set(ofRegistry.map((reader) => reader.agentName))].filter((name) => name !== agentName).sort();
    return names.slice(0, MOST_READERS).map((name) => callerText({ agentName: name, relation: 'reads' }));
  }

  /** What is the same for all agents is made once, until the app changes. */
  private index(): Index {
    const of = [this.led.size, ...[...this.agents.values()].map(({ declarations }) => declarations.length)].join();
    if (this.known?.of !== of) {
      this.known = { of, leads: this.leads(), readers: this.readers() };
    }
    return this.known;
  }

  private leads(): Map<Place, Place[]> {
    const leads = new Map<Place, Place[]>();
    for (const [resource, contents] of this.led) {
      const { from, to } = LEADS[resource.cfnResourceType];
      const isRule = resource.cfnResourceType === RULE;
      const sources = from === undefined ? [resource.node.path] : isRule ? busesOf(resource, contents, from) : placesAt(contents, from);
      sources.forEach((source) => leads.set(source, [...leads.get(source) ?? [], ...placesAt(contents, to)]));
    }
    return leads;
  }

  private readers(): Map<Place, AgentParts[]> {
    const readers = new Map<Place, AgentParts[]>();
    for (const { parts, declarations } of this.agents.values()) {
      const { role } = parts;
      const compute = COMPUTE.flatMap((type) => RoleHolders.in(role).runningOf(role, type)).map(({ node }) => node.path);
      [...compute, ...placesOf(declarations, READS)].forEach((place) => readers.set(place, [...readers.get(place) ?? [], parts]));
    }
    return readers;
  }
}

function isOverridden(resource: CfnResource): boolean {
  const { from, to } = LEADS[resource.cfnResourceType];
  // The first property of a path such as `targets.0.arn`.
  return overriddenNames(resource).some((name) => [name, `${name}.0.arn`].some((path) => from?.test(path) === true || to.test(path)));
}

/** The places on which the agent has one of these actions in its present stage. */
function placesOf(declarations: readonly AccessDeclaration[], wanted: Actions): Place[] {
  const granted = declarations.filter(({ live, statement }) => live && statement.effect === iam.Effect.ALLOW);
  return granted.flatMap(({ statement: { actions, resources } }) => {
    const services = servicesOf(actions, wanted);
    const meant = services.length === 0 ? [] : resources.map(named);
    return meant.flatMap((one) => (one !== undefined && services.includes(one.service) ? asPlace(one, wanted === SENDS) : []));
  });
}

function servicesOf(patterns: readonly string[], wanted: Actions): string[] {
  const found = patterns.flatMap((pattern) => {
    const [service, name = '*'] = pattern.toLowerCase().split(':');
    const meant = service === '*' ? Object.keys(wanted) : Object.hasOwn(wanted, service) ? [service] : [];
    return meant.filter((one) => wanted[one].some((action) => globMatches(name, action.toLowerCase())));
  });
  return [...new Set(found)];
}

interface Named {
  readonly service: string;
  readonly place: Place;
  /** Of a resource of the app: what of it is named. */
  readonly attribute?: string;
}

/** Writing to a table sends to its stream. Only who may read the stream itself reads that: reading the table is often granted with the same actions. */
function asPlace({ service, place, attribute }: Named, isSent: boolean): Place[] {
  return service !== 'dynamodb' ? [place] : isSent || attribute === STREAM ? [`${place}.${STREAM}`] : [];
}

/** What a text names as a whole: a resource of the app, or a literal ARN. Of what is put together from parts only a bus is known. */
function named(text: string): Named | undefined {
  const [, region, account, name] = BUS.exec(text) ?? [];
  if (name !== undefined) {
    return { service: 'events', place: busAt(region, account, name) };
  }
  const { length, firstToken } = Tokenization.reverseString(text);
  if (length !== 1) {
    return undefined;
  }
  return firstToken === undefined ? literal(text) : Reference.isReference(firstToken) ? referred(firstToken) : undefined;
}

function literal(text: string): Named | undefined {
  return /^arn:[^:]+:\w+:[^:]*:[^:]*:[^$]+$/.test(text) && !hasWildcard(text) ? { service: text.split(':')[2], place: text } : undefined;
}

function referred({ target, displayName }: Reference): Named | undefined {
  return CfnResource.isCfnResource(target) ? { service: SERVICE_OF[target.cfnResourceType] ?? '', place: target.node.path, attribute: displayName } : undefined;
}

function busAt(region: string, account: string, name: string): Place {
  return `bus ${name} in ${region} of ${account}`;
}

/** The places that properties name as a whole. */
function placesAt({ references, texts }: Contents, at: RegExp): Place[] {
  const paths = [...new Set([...references, ...texts].map((one) => one.at))].filter((path) => at.test(path));
  return paths.flatMap((path) => {
    const [refs, literals] = [references.filter((one) => one.at === path), texts.filter((one) => one.at === path)];
    const one = refs.length + literals.length !== 1 ? undefined : refs.length === 1 ? referred(refs[0].what) : named(literals[0].what);
    return one === undefined ? [] : [one.attribute === STREAM ? `${one.place}.${STREAM}` : one.place];
  });
}

/** The bus of a rule: named by the name or by the ARN, or the default one of its stack. None for a schedule, and for events that only AWS sends. */
function busesOf(rule: CfnResource, contents: Contents, at: RegExp): Place[] {
  const { references, texts } = contents;
  const sources = texts.filter((one) => /^eventPattern\.source\.\d+$/i.test(one.at)).map(({ what }) => what);
  if (![...references, ...texts].some((one) => /^eventPattern\./i.test(one.at)) || (sources.length > 0 && sources.every((source) => source.startsWith('aws.')))) {
    return [];
  }
  const { region, account } = Stack.of(rule);
  const mentions = [...references, ...texts].filter((one) => /^eventBusName(\.|$)/i.test(one.at));
  if (mentions.length === 0) {
    return [busAt(region, account, 'default')];
  }
  const names = texts.filter((one) => at.test(one.at) && /^[\w.-]+$/.test(one.what)).map(({ what }) => what);
  return mentions.length === 1 && names.length === 1 ? [busAt(region, account, names[0])] : placesAt(contents, at);
}
