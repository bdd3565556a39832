import { AccessException } from './access-exception';
import { factsOf } from './action-table';
import { hasWildcard } from './globs';
import { isEverything, isExactArn, textsOf, UNKNOWN } from './resource-text';
import { isOutOfReach, sensitivityOf } from './sensitive-actions';
import { StatementJson } from './statement';
import { shown } from '../../core/shown';

/** What is wrong, and what to do. */
export interface Violation {
  readonly code: string;
  readonly problem: string;
  readonly fix: string;
}

export interface StatementFindings {
  readonly violations: Violation[];
  /** The exception without which the statement would be refused. It has no violations then. */
  readonly excepted?: AccessException;
  /** The statement's actions that needed the exception. */
  readonly exceptedActions?: string[];
}

interface Finding {
  readonly problem: string;
  readonly fix: string;
  /** The actions at fault, as the statement writes them: what an exception must name. None: no exception can allow it. */
  readonly actions?: string[];
}

interface Rule {
  readonly code: string;
  readonly find: (statement: StatementJson) => Finding | undefined;
}

const ACTION = /^[a-z0-9-]+:[a-z0-9*?_-]+$/i;

/** Actions that AWS wants allowed on every resource of the region, although they know resources. */
const NEEDS_BREADTH = [
  // Lambda refuses a function in a VPC otherwise.
  { action: 'ec2:deletenetworkinterface', resource: /^arn:[^:*?]+:ec2:[^:*?]+:[^:*?]+:\*\/\*$/ },
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
      problem: `${listed(found)} is no action that can be checked`,
      fix: 'write it out as service:Name, without tokens and intrinsics',
      actions: undefined,
    })),
  },
  {
    code: 'ServiceStar',
    find: ({ actions }) => fault(named(actions).filter(isWholeService), (found) => ({
      problem: `${listed(found)} allows every action of its service`,
      fix: 'name the actions that are needed, such as s3:GetObject',
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
    code: 'ResourceStar',
    find: ({ actions, resources }) => {
      const broad = resources.flatMap(textsOf).filter(isEverything);
      const found = broad.length === 0 ? [] : named(actions)
        .filter((action) => broad.some((resource) => !needsBreadth(action, resource)) && factsOf(action).withResources !== undefined);
      return fault(found, () => ({
        problem: `${listed(found.map(withExample))} on ${listed(broad)} reaches every resource, though resource-level permissions are possible`,
        fix: 'name the ARNs of the resources it needs; put actions that know no resources into a statement of their own',
        actions: found,
      }));
    },
  },
  {
    code: 'SensitiveActionNeedsExactArn',
    find: ({ actions, resources }) => {
      const inexact = resources.flatMap(textsOf).filter((text) => !isExactArn(text));
      const found = named(actions).filter((action) => sensitivityOf(action) && inexact.some((resource) => !isOutOfReach(action, resource)));
      return fault(found, () => ({
        problem: `${listed(found.map(withSensitivity))}, and ${listed(inexact)} is no exact ARN`,
        fix: 'name each resource by its whole ARN, without * and ? and policy variables',
        actions: found,
      }));
    },
  },
];

/** Checks one statement of an agent's access against least privilege. Denies are never refused. */
export function checkStatement(statement: StatementJson, exceptions: readonly AccessException[]): StatementFindings {
  if (statement.effect === 'Deny') {
    return { violations: [] };
  }
  const found = RULES.flatMap(({ code, find }) => {
    const finding = find(statement);
    return finding ? [{ code, ...finding }] : [];
  });
  const needed = [...new Set(found.flatMap(({ actions }) => actions ?? []))];
  const excusable = found.length > 0 && found.every(({ actions }) => actions && actions.length > 0);
  // One exception for the whole statement: it also gives the statement its end.
  const excepted = excusable ? exceptions.find((exception) => needed.every((action) => exception._names(action))) : undefined;
  return excepted
    ? { violations: [], excepted, exceptedActions: needed }
    : { violations: found.map(({ code, problem, fix }) => ({ code, problem, fix })) };
}

/** `*`, `*:*`, `s*:Get`: IAM knows no part of a service's name. */
export function isAnyService(action: string): boolean {
  return hasWildcard(action.split(':')[0]);
}

function isWholeService(action: string): boolean {
  const name = action.slice(action.indexOf(':') + 1);
  return /^[*?]*\*[*?]*$/.test(name) || (hasWildcard(name) && factsOf(action).wholeService);
}

function needsBreadth(action: string, resource: string): boolean {
  return NEEDS_BREADTH.some((need) => need.action === action.toLowerCase() && need.resource.test(resource));
}

/** The actions that the other rules understand; what isn't one of them is refused by its own rule. */
function named(actions: readonly string[]): string[] {
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
  const texts = values.slice(0, 5).map((value) => shown(typeof value === 'string' ? value.replaceAll(UNKNOWN, '<known at deployment>') : value));
  return texts.join(', ') + (values.length > 5 ? ` and ${values.length - 5} more` : '');
}
