import { awsCaller, Surroundings } from './aws-caller';
import { conditionValues } from './conditions';
import { federatedCaller } from './federated';
import { Caller, CallerKind } from './model';
import { globsMeet } from '../../src/core/glob';
import { allowing, Statement, texts } from '../certification';

const ASSUME = 'sts:assumerole*';

/** Who can assume a role by its trust policy, by name. A Deny without a condition for all closes the role. */
export function callersOf(document: string, where: Surroundings): Caller[] {
  try {
    return isClosed(document) ? [] : distinct(allowing(document).filter(assumes).flatMap((statement) => callersIn(statement, where)));
  } catch {
    return [{ kind: 'unreadable', name: 'a trust policy that is no JSON' }];
  }
}

/** Statements of a trust policy that let a service assume the role. None of a policy that is no JSON. */
export function assumingStatements(document: string, service: string): Statement[] {
  try {
    return isClosed(document) ? [] : allowing(document).filter(assumes)
      .filter(({ Principal: principal }) => valuesOf(principal).some(({ type, value }) => type === 'Service' && value === service));
  } catch {
    return [];
  }
}

function assumes({ Action: action, NotAction: notAction }: Statement): boolean {
  return notAction !== undefined || texts(action).some((pattern) => globsMeet(pattern.toLowerCase(), ASSUME));
}

function isClosed(document: string): boolean {
  const { Statement: statements } = (JSON.parse(document) as { Statement?: unknown } | null) ?? {};
  return (Array.isArray(statements) ? statements : [statements]).some((one) => {
    const { Effect: effect, Principal: principal, Action: action, Condition: condition } = (one ?? {}) as Statement & { Principal?: unknown };
    return effect === 'Deny' && condition === undefined && valuesOf(principal).some(({ value }) => value === '*')
      && texts(action).some((pattern) => /^(\*|sts:\*|sts:assumerole\*?)$/i.test(pattern));
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
  return named.length > 0 ? named : [{ kind: 'service', name: `service ${principal.replace(/\.amazonaws\.com(\.cn)?$/, '')}` }];
}

function distinct(callers: readonly Caller[]): Caller[] {
  return [...new Map(callers.map((caller) => [JSON.stringify(caller), caller])).values()];
}
