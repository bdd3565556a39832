import { Aspects, aws_iam as iam, CfnElement, CfnResource, IAspect, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AccessDeclaration } from './declared-access';
import { AgentParts } from './delegation-graph';
import { callerText } from '../../contract/callers';
import { RoleHolders } from '../agent-runtime/role-holders';
import { Contents, contentsOf, propertyContents } from '../iam/contents';
import { globMatches, hasWildcard } from '../iam/globs';

/** A resource through which events go: of this app, or of which only a text is known. */
type Place = CfnElement | string;

/** Actions that put events into a place, and actions that take them out. */
const SENDS = ['sqs:SendMessage', 'sns:Publish', 'events:PutEvents', 'kinesis:PutRecord', 'kinesis:PutRecords', ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'].map((action) => `dynamodb:${action}`)];
const READS = ['sqs:ReceiveMessage', 'kinesis:GetRecords', 'kinesis:SubscribeToShard', 'dynamodb:GetRecords'];

const RULE = 'AWS::Events::Rule';
/** Resources that lead events from one place to others: properties of the one and of the others. */
const LEADS: Readonly<Record<string, { readonly from: RegExp; readonly to: RegExp }>> = {
  [RULE]: { from: /^eventBusName$/i, to: /^targets\.\d+\.arn$/i },
  'AWS::Lambda::EventSourceMapping': { from: /^eventSourceArn$/i, to: /^functionName$/i },
  'AWS::Pipes::Pipe': { from: /^source$/i, to: /^target$/i },
  'AWS::SNS::Subscription': { from: /^topicArn$/i, to: /^endpoint$/i },
};

/** Compute to which events are led. */
const COMPUTE = ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine'];
/** The state of an agent names its readers, and has a limited size. */
const MOST_READERS = 20;
const BUS = /event-bus\/[\w./-]+$/;

/** After aspects that change resources (500) and before the tree is only read (1000). */
const PRIORITY = 900;

const WATCHES = new WeakMap<IConstruct, EventReaders>();

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

  private readonly agents: { readonly parts: AgentParts; readonly declarations: readonly AccessDeclaration[] }[] = [];
  private readonly led = new Map<CfnResource, Contents>();
  private known: Index | undefined;

  public watch(parts: AgentParts, declarations: readonly AccessDeclaration[]): void {
    this.agents.push({ parts, declarations });
  }

  public visit(node: IConstruct): void {
    if (CfnResource.isCfnResource(node) && Object.hasOwn(LEADS, node.cfnResourceType)) {
      this.led.set(node, propertyContents(node));
    }
  }

  /** The agents of the same registry that read what an agent sends in its present stage, as its declared access names them. Complete when the app is synthesized. */
  public of({ agent, agentName, registry }: AgentParts, declarations: readonly AccessDeclaration[]): string[] {
    const { leads, readers } = this.index();
    const reached = new Set(placesOf(agent, declarations, SENDS));
    // What is added to a set while it is visited is visited too.
    reached.forEach((place) => leads.get(place)?.forEach((next) => reached.add(next)));
    const found = [...reached].flatMap((place) => readers.get(place) ?? []);
    const ofRegistry = found.filter((reader) => reader.registry.registryName === registry.registryName);
    const names = [...new Set(ofRegistry.map((reader) => reader.agentName))].filter((name) => name !== agentName).sort();
    return names.slice(0, MOST_READERS).map((name) => callerText({ agentName: name, relation: 'reads' }));
  }

  /** What is the same for all agents is made once, until the app changes. */
  private index(): Index {
    const of = [this.led.size, this.agents.length, this.agents.reduce((sum, { declarations }) => sum + declarations.length, 0)].join();
    if (this.known?.of !== of) {
      this.known = { of, leads: this.leads(), readers: this.readers() };
    }
    return this.known;
  }

  private leads(): Map<Place, Place[]> {
    const leads = new Map<Place, Place[]>();
    for (const [{ cfnResourceType: type }, contents] of this.led) {
      const { from, to } = LEADS[type];
      const sources = type === RULE ? busesOf(contents, from) : placesIn(contents, from);
      const targets = placesIn(contents, to);
      sources.forEach((source) => leads.set(source, [...leads.get(source) ?? [], ...targets]));
    }
    return leads;
  }

  private readers(): Map<Place, AgentParts[]> {
    const readers = new Map<Place, AgentParts[]>();
    for (const { parts, declarations } of this.agents) {
      const { role, agent } = parts;
      const compute = COMPUTE.flatMap((type) => RoleHolders.in(role).runningOf(role, type));
      [...compute, ...placesOf(agent, declarations, READS)].forEach((place) => readers.set(place, [...readers.get(place) ?? [], parts]));
    }
    return readers;
  }
}

/** The places on which an agent has one of these actions in its present stage. */
function placesOf(agent: IConstruct, declarations: readonly AccessDeclaration[], wanted: readonly string[]): Place[] {
  const allows = ({ effect, actions }: iam.PolicyStatement, action: string): boolean => (
    effect === iam.Effect.ALLOW && actions.some((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase())));
  const meant = declarations.filter(({ live, statement }) => live && wanted.some((action) => allows(statement, action)));
  return meant.flatMap(({ statement }) => placesIn(contentsOf(agent, statement.resources)));
}

function placesIn({ references, texts }: Contents, at: RegExp = /(?:)/): Place[] {
  return [
    ...references.filter((one) => at.test(one.at)).flatMap(({ what: { target } }) => (CfnElement.isCfnElement(target) ? [target] : [])),
    // Of an ARN that is put together from references, the literal parts are left.
    ...texts.filter((one) => at.test(one.at) && /^arn:/.test(one.what) && !hasWildcard(one.what)).map(({ what }) => BUS.exec(what)?.[0] ?? what),
  ];
}

/** A rule names its bus by the name or by the ARN; without one it is on the default bus. */
function busesOf(contents: Contents, at: RegExp): Place[] {
  const names = contents.texts.filter((one) => at.test(one.at) && !one.what.startsWith('arn:')).map(({ what }) => `event-bus/${what}`);
  const buses = [...placesIn(contents, at), ...names];
  return buses.length === 0 ? ['event-bus/default'] : buses;
}
