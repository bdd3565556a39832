import { aws_events as events, aws_events_targets as targets } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RegistryRuntime } from './registry-runtime';
import { RegistryNames, RegistryPlace } from '../../contract/registry-names';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';

/** Options for a rule that suspends agents. */
export interface SuspendOnOptions {
  /**
   * The events that suspend. A rule needs a `source`, so that no one who may send events of another source can suspend an agent by it. Everyone who may
   * send events of that source to the bus can.
   */
  readonly eventPattern: events.EventPattern;

  /**
   * Where the principal stands in the event, as a JSON path, such as `$.detail.userIdentity.arn`. There must be the ARN of an agent's role, of a session of it or
   * of an IAM user of the agent, the id of such a user's access key (`AKIA...`), or the bare name of a role. Events without it don't match.
   */
  readonly agent: string;

  /**
   * Where the principal's unique id stands in the event (`AROA...` or `AIDA...`; what follows a colon is ignored). The principal must have this id, so that an
   * event about an earlier or another principal of the same name suspends nobody.
   *
   * @default - the name alone decides
   */
  readonly agentId?: string;

  /**
   * The bus that the events come by.
   *
   * @default - the account's default bus, by which AWS services send their events
   */
  readonly eventBus?: events.IEventBus;

  /**
   * Description of the rule.
   *
   * @default - says that the rule suspends agents
   */
  readonly description?: string;
}

/** Options for the rule on findings of GuardDuty. */
export interface SuspendOnGuardDutyOptions {
  /**
   * The lowest severity of a finding that suspends, 1 to 10. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
   *
   * @default 7, high
   */
  readonly minimumSeverity?: number;
}

type Pattern = { [key: string]: unknown };

const PATH = /^\$\.detail(\.[A-Za-z_][\w-]*)+$/;
// EventBridge allows 64 characters for the rule's name, which begins with the registry's.
const ID = /^[A-Za-z][\w-]{0,27}$/;

/** Findings of GuardDuty about credentials: they name the role or user and its unique id. */
export function guardDutyFindings(minimumSeverity = 7): SuspendOnOptions {
  if (!(minimumSeverity >= 1 && minimumSeverity <= 10)) {
    throw new InvalidInputError('SeverityInvalid', `${shown(minimumSeverity)} is no severity of GuardDuty: use 1 to 10`);
  }
  return {
    description: 'Suspends the agent whose credentials a finding of GuardDuty names',
    eventPattern: { source: ['aws.guardduty'], detailType: ['GuardDuty Finding'], detail: { severity: [{ numeric: ['>=', minimumSeverity] }] } },
    agent: '$.detail.resource.accessKeyDetails.userName',
    agentId: '$.detail.resource.accessKeyDetails.principalId',
  };
}

/** Findings of IAM Access Analyzer about a role that principals outside the account or organisation can assume. */
export function externalAccess(): SuspendOnOptions {
  return {
    description: 'Suspends the agent whose role can be assumed from outside, as a finding of IAM Access Analyzer says',
    eventPattern: {
      source: ['aws.access-analyzer'], detailType: ['Access Analyzer Finding'], detail: { resourceType: ['AWS::IAM::Role'], status: ['ACTIVE'], isDeleted: [false] },
    },
    agent: '$.detail.resource',
  };
}

interface SuspendOnParts {
  readonly names: RegistryNames;
  readonly place: RegistryPlace;
  readonly runtime: RegistryRuntime;
}

/** Creates the rule. Its pattern also demands that the paths exist. */
export function suspendingRule(registry: Construct, id: string, { names, place, runtime }: SuspendOnParts, options: SuspendOnOptions): events.Rule {
  const { eventPattern, agent, agentId, eventBus } = options;
  const paths = [agent, ...(agentId === undefined ? [] : [agentId])];
  requireValid(`${registry.node.path}: suspendOn(${shown(id)})`, id, eventPattern, paths);
  const ruleName = names.suspendOnRule(id);
  const event = events.RuleTargetInput.fromObject({
    suspendOn: id,
    rule: names.ruleArn(place, eventBus === undefined ? ruleName : `${eventBus.eventBusName}/${ruleName}`),
    eventId: events.EventField.eventId,
    account: events.EventField.account,
    principal: events.EventField.fromPath(agent),
    ...(agentId === undefined ? {} : { principalId: events.EventField.fromPath(agentId) }),
  });
  return new events.Rule(registry, `SuspendOn-${id}`, {
    ruleName,
    description: options.description ?? `Suspends the agents of ${names.registryName} that its events name`,
    eventPattern: { ...eventPattern, detail: paths.reduce((detail, path) => existing(detail, path.split('.').slice(2)), eventPattern.detail ?? {}) },
    ...(eventBus === undefined ? {} : { eventBus }),
    targets: [new targets.LambdaFunction(runtime.function(names.suspensionFunction), {
      event, deadLetterQueue: runtime.deadLetters, retryAttempts: 8,
    })],
  });
}

function requireValid(where: string, id: string, eventPattern: events.EventPattern | undefined, paths: readonly string[]): void {
  if (!ID.test(requireLiteral('the id of suspendOn', id))) {
    throw new InvalidInputError('SuspendOnInvalid', `${where}: the id can't identify a rule: use letters, digits, - and _, at most 28, beginning with a letter`);
  }
  if (eventPattern?.source === undefined || eventPattern.source.length === 0) {
    throw new InvalidInputError('SuspendOnInvalid',
      `${where}: the event pattern has no source, so everybody who may send events to the bus could suspend agents: name the source`);
  }
  const wrong = paths.find((path) => !PATH.test(requireLiteral('the path', path)));
  if (wrong !== undefined) {
    throw new InvalidInputError('SuspendOnInvalid', `${where}: ${shown(wrong)} is no path into the event's detail: use one such as $.detail.userIdentity.arn`);
  }
}

/** Adds that a member exists, unless the pattern says more of it. EventBridge can't make an input from a member that an event does not have. */
function existing(pattern: Pattern, [name, ...rest]: string[]): Pattern {
  const inner = pattern[name];
  if (rest.length === 0) {
    return inner === undefined ? { ...pattern, [name]: [{ exists: true }] } : pattern;
  }
  return { ...pattern, [name]: existing(typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner as Pattern : {}, rest) };
}
