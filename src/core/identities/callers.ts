import { awsCaller, Surroundings } from './aws-caller';
import { Caller, CallerKind } from './caller';
import { conditionValues } from './conditions';
import { federatedCaller } from './federated';
import { globsMeet } from '../glob';
import { allowing, Statement, texts } from './statement';

/** The actions that return credentials of a role. */
const WAYS = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity'];

/** Who can assume a role by its trust policy, by name. A Deny without a condition for all closes the way that it denies. */
export function callersOf(document: string, where: Surroundings): Caller[] {
  try {
    return distinct(open(document).flatMap((statement) => callersIn(statement, where)));
  } catch {
    return [{ kind: 'unreadable', name: 'a trust policy that is no JSON' }];
  }
}

/** Statements of a trust policy that let a service assume the role. None of a policy that is no JSON. */
export function assumingStatements(document: string, service: string): Statement[] {
  try {
    return open(document).filter(({ Principal: principal }) => valuesOf(principal).some(({ type, value }) => type === 'Service' && value === service));
  } catch {
    return [];
  }
}

/** Statements that let someone assume the role, but those of which a Deny for all leaves nothing. */
function open(document: string): Statement[] {
  const denied = deniedToAll(document);
  return allowing(document).filter((statement) => WAYS.some((way) => allows(statement, way) && !denied.some((pattern) => globsMeet(pattern, way))));
}

function allows({ Action: action, NotAction: notAction }: Statement, way: string): boolean {
  const meets = (patterns: unknown): boolean => texts(patterns).some((pattern) => globsMeet(pattern.toLowerCase(), way));
  return notAction !== undefined ? !meets(notAction) : meets(action);
}

/** Actions that a Deny without a condition takes from everyone. */
function deniedToAll(document: string): string[] {
  const { Statement: statements } = (JSON.parse(document) as { Statement?: unknown } | null) ?? {};
  return (Array.isArray(statements) ? statements : [statements]).flatMap((one) => {
    const { Effect: effect, Principal: principal, Action: action, Condition: condition } = (one ?? {}) as Statement & { Principal?: unknown };
    return effect === 'Deny' && condition === undefined && valuesOf(principal).some(({ value }) => value === '*') ? texts(action).map((pattern) => pattern.toLowerCase()) : [];
  });
}

interface NamedPrincipal { readonly type: string; readonly value: string }

function callersIn(statement: Statement, where: Surroundings): Caller[] {
  const { Principal: principal, NotPrincipal: others } = statement;
  return others !== undefined ? [{ kind: 'anyone', name: 'anyone but those named', weakness: 'anyone' }]
    : valuesOf(principal).flatMap(({ type, value }) => {
      switch (type) {
        case 'Service': return serviceCallers(value, statement);
        case 'Federated': return [federatedCaller(value, statement)];
        default: return [awsCaller(value, statement, where)];
      }
    });
}

function valuesOf(principal: unknown): NamedPrincipal[] {
  if (typeof principal === 'string') {
    return [{ type: 'AWS', value: principal }];
  }
  return Object.entries((principal ?? {}) as Record<string, unknown>).flatMap(([type, values]) => texts(values).map((value) => ({ type, value })));
}

/** Resources of a caller's ARN that have a name of their own. */
const RESOURCES: readonly [service: string, resource: RegExp, kind: CallerKind, what: string][] = [
  ['lambda', /^function:([^:]+)/, 'function', 'function'],
  ['ecs', /^cluster\/(.+)$/, 'cluster', 'ECS cluster'],
  ['eks', /^(?:cluster|podidentityassociation)\/([^/]+)/, 'cluster', 'EKS cluster'],
  ['states', /^stateMachine:([^:]+)/, 'service', 'state machine'],
  ['codebuild', /^project\/(.+)$/, 'service', 'CodeBuild project'],
  ['bedrock-agentcore', /^runtime\/(.+)$/, 'service', 'AgentCore runtime'],
  ['bedrock', /^agent\/(.+)$/, 'service', 'Bedrock agent'],
  ['scheduler', /^schedule(?:-group)?\/(.+)$/, 'service', 'schedule'],
  ['rolesanywhere', /^trust-anchor\/(.+)$/, 'workload', 'Roles Anywhere trust anchor'],
];

function serviceCallers(principal: string, statement: Statement): Caller[] {
  const sources = conditionValues(statement, 'aws:SourceArn').flatMap((arn) => {
    const [, , service, , , ...rest] = arn.split(':');
    const row = RESOURCES.find(([name, resource]) => name === service && resource.test(rest.join(':')));
    return row === undefined ? [] : [{ kind: row[2], name: `${row[3]} ${row[1].exec(rest.join(':'))![1]}` }];
  });
  const pods = conditionValues(statement, 'aws:RequestTag/eks-cluster-name').map((name): Caller => ({ kind: 'cluster', name: `EKS cluster ${name}` }));
  const subjects = conditionValues(statement, 'aws:PrincipalTag/x509Subject/CN').map((name): Caller => ({ kind: 'workload', name: `Roles Anywhere subject ${name}` }));
  // A subject is one caller, whichever authority must have issued its certificate.
  const named = subjects.length > 0 ? subjects : [...sources, ...pods];
  if (named.length === 0 && principal === 'rolesanywhere.amazonaws.com') {
    return [{ kind: 'workload', name: 'any certificate of Roles Anywhere', weakness: 'no-subject' }];
  }
  return named.length > 0 ? named : [{ kind: 'service', name: `service ${principal.replace(/\.amazonaws\.com(\.cn)?$/, '')}` }];
}

function distinct(callers: readonly Caller[]): Caller[] {
  return [...new Map(callers.map((caller) => [JSON.stringify(caller), caller])).values()];
}
