import { ExceptionalAccess } from './exceptional-access';
import { callsModel, callsWithoutModel, isManyProviders } from './models';
import { isNarrowed, isWholeKind, makesSomething } from './reach';
import { actsAsAnother, isOutOfReach, isTokenOfRuntime } from './sensitive-actions';
import { widePatterns } from './wide-patterns';
import { sensitivityOf } from '../../core/sensitive-actions';
import { shown } from '../../core/shown';
import { alwaysDenied } from '../guards/always-denied';
import { GET_TOKEN, tokenReachOf } from '../guards/identity-tokens';
import { factsOf } from '../iam/action-table';
import { hasWildcard } from '../iam/globs';
import { isEverything, isExactArn, textsOf, UNKNOWN } from '../iam/resource-text';
import { StatementJson } from '../iam/statement';

/** What is wrong, and what to do. */
export interface Violation {
  readonly code: string;
  readonly problem: string;
  readonly fix: string;
}

interface StatementFindings {
  readonly violations: Violation[];
  /** The exception that the statement needs. The statement has no violations then. */
  readonly excepted?: ExceptionalAccess;
  /** The statement's actions that needed the exception. */
  readonly exceptedActions?: string[];
}

export interface Finding {
  readonly problem: string;
  readonly fix: string;
  /** The actions at fault, as the statement writes them. An exception must name them. Absent if no exception can allow them. */
  readonly actions?: string[];
}

export interface Rule {
  readonly code: string;
  readonly find: (statement: StatementJson) => Finding | undefined;
}

const ACTION = /^[a-z0-9-]+:[a-z0-9*?_-]+$/i;

/** Actions that AWS requires to be allowed on every resource of the region, although they support resources. */
const NEEDS_BREADTH = [
  // Lambda rejects a function in a VPC otherwise.
  { action: 'ec2:deletenetworkinterface', resource: /^arn:[^:*?]+:ec2:[^:*?]+:[^:*?]+:\*\/\*$/ },
  // For an interface that doesn't exist yet.
  { action: 'ec2:assignprivateipaddresses', resource: /:network-interface\/\*$/ },
  { action: 'ec2:unassignprivateipaddresses', resource: /:network-interface\/\*$/ },
];

const RULES: readonly Rule[] = [
  {
    code: 'NotActionAllowed',
    find: ({ notActions }) => (notActions.length === 0 ? undefined : {
      problem: `it allows everything but ${listed(notActions)}`,
      fix: 'name the actions that are needed, in Action',
    }),
  },
  {
    code: 'ActionStar',
    find: ({ actions }) => fault(actions.filter(isAnyService), (found) => ({
      problem: `${listed(found)} allows actions of every service`,
      fix: 'name the actions that are needed, such as s3:GetObject; no exception can allow this',
      actions: undefined,
    })),
  },
  {
    code: 'ActionInvalid',
    find: ({ actions }) => fault(actions.filter((action) => !ACTION.test(action) && !isAnyService(action)), (found) => ({
      problem: `${listed(found)} is not an action that can be checked`,
      fix: 'write it out as service:Name, without tokens and intrinsics',
      actions: undefined,
    })),
  },
  {
    code: 'DeniedToAllAgents',
    find: ({ actions }) => fault(wellFormed(actions).filter((action) => alwaysDenied(action) !== undefined), (found) => ({
      problem: `${listed(found.map((action) => `${action} ${alwaysDenied(action)}`))}, and the guard denies that to every agent`,
      fix: 'let a person or a pipeline do it; no exception can allow this',
      actions: undefined,
    })),
  },
  {
    code: 'ServiceStar',
    find: ({ actions }) => fault(wellFormed(actions).filter(isWholeService), (found) => ({
      problem: `${listed(found)} allows every action of its service`,
      fix: 'name the actions that are needed, such as s3:GetObject',
      actions: found,
    })),
  },
  {
    code: 'ActionPatternWide',
    find: ({ actions }) => fault(widePatterns(wellFormed(actions).filter((action) => !isWholeService(action))), (found) => ({
      problem: `${listed(found)} ${found.length > 1 ? 'together stand' : 'stands'} for most of what changes something in the service, or for no one thing`,
      fix: 'name the actions that are needed, or patterns of one verb and thing, such as s3:PutObject*',
      actions: found,
    })),
  },
  {
    code: 'NotResourceAllowed',
    find: ({ actions, notResources }) => (notResources.length === 0 ? undefined : {
      problem: `it allows ${listed(actions)} on everything but ${listed(notResources)}`,
      fix: 'name the resources that are needed, in Resource',
      actions,
    }),
  },
  {
    code: 'EveryModel',
    find: (statement) => {
      const models = isNarrowed(statement.conditions) ? [] : statement.resources.flatMap(textsOf).filter(isManyProviders);
      const broad = [...new Set([...broadResources(statement), ...models])];
      const unnamed = callsWithoutModel({ ...statement, actions: wellFormed(statement.actions) });
      const found = [...(broad.length === 0 ? [] : wellFormed(statement.actions).filter(callsModel)), ...unnamed];
      return fault(found, () => ({
        problem: `${listed(found)}${broad.length === 0 ? '' : ` on ${listed(broad)}`} calls every model, of every price and every provider`,
        fix: unnamed.length > 0 ? 'name the models by StringEquals on bedrock-mantle:Model'
          : 'name the models, with ModelAccess.invoke(model) or ModelAccess.throughProfile({ profileId, regions })',
        actions: found,
      }));
    },
  },
  {
    code: 'ResourceStar',
    find: (statement) => {
      const broad = broadResources(statement);
      const found = wellFormed(statement.actions)
        .filter((action) => broad.some((resource) => !needsBreadth(action, resource)) && factsOf(action).withResources !== undefined);
      return fault(found, () => ({
        problem: `${listed(found.map(withExample))} on ${listed(broad)} reaches every resource, although the action supports resource-level permissions`,
        fix: 'name the ARNs of the resources it needs, or add a condition that narrows them, such as StringEquals on aws:ResourceTag; put actions without resource-level permissions into a separate statement',
        actions: found,
      }));
    },
  },
  {
    code: 'SensitiveActionNeedsExactArn',
    find: (statement) => {
      const { actions, resources, conditions } = statement;
      const inexact = resources.flatMap(textsOf).filter((text) => !isExactArn(text));
      const namesOne = (resource: string): boolean => isNarrowed(conditions) || (!isWholeKind(resource) && isExactArn(resource.replace(/[:/]\*$/, '')));
      // A token has no resource. Its audience, duration and signature are what names it.
      const found = tokenReachOf(statement) !== undefined ? [] : wellFormed(actions).filter((action) => sensitivityOf(action)
        && inexact.some((resource) => !isOutOfReach(action, resource) && !isTokenOfRuntime(action, resource)
          && !(actsAsAnother(action) && namesOne(resource))));
      return fault(found, () => ({
        problem: `${listed(found.map(withSensitivity))}, and ${listed(inexact)} is not an exact ARN`,
        fix: nameExactly(found),
        actions: found,
      }));
    },
  },
];

/** An action that supports no resources, such as a list, can't be restricted to an ARN. */
function nameExactly(actions: readonly string[]): string {
  const isToken = (action: string): boolean => action.toLowerCase() === GET_TOKEN.toLowerCase();
  const [narrowable, others] = [true, false].map((wanted) => (
    actions.filter((action) => !isToken(action) && (factsOf(action).withResources !== undefined) === wanted)));
  return [
    ...(actions.some(isToken) ? [`grant ${GET_TOKEN} with TokenAccess.forAudiences({ audiences, maxDuration })`] : []),
    ...(narrowable.length === 0 ? [] : ['name each resource by its whole ARN, without * and ? and policy variables']),
    ...(others.length === 0 ? [] : [`AWS knows no resources of ${listed(others)}, so nothing can narrow it: leave it out, or except it for a reason and a time`]),
  ].join('; ');
}

/** Checks all of an agent's access together: patterns that are narrow in each statement may be too broad in sum. */
export function checkTogether(statements: readonly StatementJson[], exceptions: readonly ExceptionalAccess[]): Violation[] {
  const actions = statements.filter(({ effect }) => effect === 'Allow').flatMap((statement) => wellFormed(statement.actions))
    .filter((action) => !exceptions.some((exception) => exception._names(action)));
  const found = widePatterns([...new Set(actions)].filter((action) => !isWholeService(action)));
  return found.length === 0 ? [] : [{
    code: 'ActionPatternWide',
    problem: `${listed(found)} together stand for most of what changes something in the service`,
    fix: 'name the actions that are needed',
  }];
}

/**
 * Checks one statement of an agent's access against least privilege. A Deny is never rejected.
 *
 * @param statement the statement
 * @param exceptions exceptions that may allow it
 * @param more rules that depend on the agent
 */
export function checkStatement(statement: StatementJson, exceptions: readonly ExceptionalAccess[], more: readonly Rule[] = []): StatementFindings {
  if (statement.effect === 'Deny') {
    return { violations: [] };
  }
  const found = [...onItsOwn(statement), ...breaches(more, statement)];
  const needed = [...new Set(found.flatMap(({ actions }) => actions ?? []))];
  const excusable = found.every(({ actions }) => actions && actions.length > 0);
  // One exception must cover the whole statement, because it also sets the statement's end. An action that the exception names ends with it, even if
  // no rule requires an exception.
  const excuses = (exception: ExceptionalAccess): boolean => isFor(exception, statement) && needed.every((action) => exception._names(action));
  const excepted = excusable ? exceptions.find(excuses) : undefined;
  return excepted
    ? { violations: [], excepted, exceptedActions: statement.actions.filter((action) => excepted._names(action)) }
    : { violations: found.map(({ code, problem, fix }) => ({ code, problem, fix })) };
}

interface Breach extends Finding {
  readonly code: string;
}

function breaches(rules: readonly Rule[], statement: StatementJson): Breach[] {
  return rules.flatMap(({ code, find }) => {
    const finding = find(statement);
    return finding ? [{ code, ...finding }] : [];
  });
}

const BREACHES = new Map<string, readonly Breach[]>();

/** What the rules find that depend on nothing but the statement. A statement is checked when it is granted and again in the template, and many agents have the same one. */
function onItsOwn(statement: StatementJson): readonly Breach[] {
  const key = JSON.stringify(statement);
  const found = BREACHES.get(key) ?? breaches(RULES, statement);
  BREACHES.set(key, found);
  return found;
}

function isFor(exception: ExceptionalAccess, { actions, resources }: StatementJson): boolean {
  return actions.some((action) => exception._names(action)) && resources.flatMap(textsOf).every((resource) => exception._covers(resource));
}

/** Whether the action covers any service: `*`, `*:*`, `s*:Get`. IAM supports no wildcard in a service's name. */
function isAnyService(action: string): boolean {
  return hasWildcard(action.split(':')[0]);
}

function isWholeService(action: string): boolean {
  const name = action.slice(action.indexOf(':') + 1);
  return /^[*?]*\*[*?]*$/.test(name) || (hasWildcard(name) && factsOf(action).wholeService);
}

/** The resources that stand for everything or for a whole kind, unless a condition narrows them. */
function broadResources({ resources, conditions }: StatementJson): string[] {
  return isNarrowed(conditions) ? [] : resources.flatMap(textsOf).filter((text) => isEverything(text) || isWholeKind(text));
}

function needsBreadth(action: string, resource: string): boolean {
  return (makesSomething(action) && !isEverything(resource))
    || NEEDS_BREADTH.some((need) => need.action === action.toLowerCase() && need.resource.test(resource));
}

/** The actions that the other rules can evaluate. A separate rule rejects any other text. */
function wellFormed(actions: readonly string[]): string[] {
  return actions.filter((action) => ACTION.test(action));
}

function fault(found: string[], describe: (found: string[]) => Finding): Finding | undefined {
  return found.length > 0 ? describe(found) : undefined;
}

function withExample(action: string): string {
  const example = factsOf(action).withResources;
  return !hasWildcard(action) || example === action ? action : `${action} (it covers ${example})`;
}

function withSensitivity(action: string): string {
  const { pattern, does } = sensitivityOf(action)!;
  return hasWildcard(action) ? `${action} (it covers ${pattern}) ${does}` : `${action} ${does}`;
}

function listed(values: readonly unknown[]): string {
  // Lists all of them, because the user must split off each.
  return values.map((value) => shown(typeof value === 'string' ? value.replaceAll(UNKNOWN, '<known at deployment>') : value)).join(', ');
}
