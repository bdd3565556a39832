import { allowing, Granted, grantedBy, texts } from './statement';
import { globCovers, globsMeet } from '../glob';
import { ACTS_AS_ANOTHER, sensitivityOf } from '../sensitive-actions';

export const POWER_LEVELS = ['full', 'identities', 'services', 'limited', 'none'] as const;
/** From most to least. `identities`: can become another identity. `services`: everything in a service. */
export type PowerLevel = (typeof POWER_LEVELS)[number];

/** What an identity's policies allow at most, and the statements that allow it. */
export interface Power {
  readonly level: PowerLevel;
  readonly statements: readonly { readonly policy: string; readonly allows: string; readonly why: string }[];
  /** A permissions boundary that lowers the level. */
  readonly limitedBy?: string;
  /** Managed policies whose text the listing does not have. */
  readonly unread?: readonly string[];
}

/** A policy of an identity. */
export interface NamedPolicy {
  readonly name: string;
  /** Undefined if the listing does not have its text. */
  readonly document?: string;
}

interface Judged {
  readonly level: PowerLevel;
  /** The actions that give this level. */
  readonly actions: readonly string[];
  readonly allows: string;
  readonly why: string;
}

/** What one document allows and denies, without its holder. */
interface JudgedDocument {
  readonly grants: readonly Granted[];
  /** The grants as they are if nothing is denied. */
  readonly allowed: readonly Judged[];
  readonly denied: readonly Denied[];
  readonly isUnreadable: boolean;
}

const MOST_STATEMENTS = 5;
const MOST_ACTIONS = 6;
const ALL_BUT = 'all but ';
const READS = /^[^:]*:(batchget|describe|generate|get|head|list|lookup|query|scan|search|simulate|view)/i;
/** The first creates roles of AWS services only, so it is granted widely; the second removes a role from instances, which gives it to no one. */
const HARMLESS = ['iam:createservicelinkedrole', 'iam:removerolefrominstanceprofile'];
/**
 * A resource that is no particular one, such as `arn:aws:iam::111122223333:role/*`, `role/?*` or `arn:aws:iam:*`. What has no account, such as a bucket, is one
 * by its name.
 */
const WIDE = /^(?:[*?]*\*[*?]*|arn(?::[^:]*){0,3}:[^:]*\*|arn(?::[^:]*){3}:[^:]*:[*?/:]*\*[*?/:]*|arn(?::[^:]*){3}:[^:]+:[\w-]+[/:][*?/:]*\*[*?/:]*)$/;

/** Judges policies. Managed policies that many identities have are judged once. */
export class PowerJudge {
  private readonly judged = new Map<string, JudgedDocument>();

  /** What the policies allow at most, within the boundary. */
  public powerOf(policies: readonly NamedPolicy[], boundary?: NamedPolicy): Power {
    const documents = policies.map(({ name, document }) => ({ name, ...this.judge(document) }));
    const limit = boundary?.document === undefined ? undefined : this.judge(boundary.document);
    const denied = [...documents, ...limit === undefined ? [] : [limit]].flatMap((document) => document.denied);
    const all = documents.flatMap(({ name, ...document }) => leftOf(document, denied).map((one) => ({ policy: name, ...one })));
    const own = highest(all);
    const most = limit === undefined ? 'full' : highest(leftOf(limit, limit.denied));
    const level = lower(own, most);
    const unread = [...policies, ...boundary === undefined ? [] : [boundary]].filter(({ document }) => document === undefined).map(({ name }) => name)
      .concat(documents.filter(({ isUnreadable }) => isUnreadable).map(({ name }) => name));
    return {
      level,
      // What only runs as another comes last, so that it is cut off first.
      statements: all.filter((one) => one.level === own && isPower(one.level))
        .sort((one, other) => Number(one.why === ACTS_AS_ANOTHER.does) - Number(other.why === ACTS_AS_ANOTHER.does)).slice(0, MOST_STATEMENTS)
        .map(({ policy, allows, why }) => ({ policy, allows, why })),
      ...(boundary !== undefined && level !== own ? { limitedBy: boundary.name } : {}),
      ...(unread.length === 0 ? {} : { unread: [...new Set(unread)] }),
    };
  }

  private judge(document: string | undefined): JudgedDocument {
    const text = document ?? '{}';
    const known = this.judged.get(text) ?? judgeDocument(text);
    this.judged.set(text, known);
    return known;
  }
}

/** Whether power over identities is only to run something as another identity, which takes an identity that can be run so. */
export function onlyRunsAsOthers({ level, statements }: Power): boolean {
  return level === 'identities' && statements.every(({ why }) => why === ACTS_AS_ANOTHER.does);
}

/** Whether a level is more than access to some resources. */
export function isPower(level: PowerLevel): boolean {
  return POWER_LEVELS.indexOf(level) < POWER_LEVELS.indexOf('limited');
}

function judgeDocument(text: string): JudgedDocument {
  try {
    const grants = allowing(text).map(grantedBy);
    return { grants, allowed: grants.map(judgeGrant), denied: deniedBy(text), isUnreadable: false };
  } catch {
    return { grants: [], allowed: [], denied: [], isUnreadable: true };
  }
}

/** What is left of a document's grants beside the Denies. An action that is denied lends nothing to a statement, and takes nothing from its other actions. */
function leftOf({ grants, allowed }: Pick<JudgedDocument, 'grants' | 'allowed'>, denied: readonly Denied[]): readonly Judged[] {
  if (denied.length === 0) {
    return allowed;
  }
  const left = grants.map((grant) => ({ ...grant, actions: grant.actions.filter((action) => !isDenied(action, denied)) }));
  return left.filter(({ actions }) => actions.length > 0).map((grant) => {
    const judged = judgeGrant(grant);
    return judged.level === 'full' && isDenied('iam:*', denied) ? { ...judged, level: 'services', why: 'everything but what is denied' } : judged;
  });
}

function judgeGrant(grant: Granted): Judged {
  const { actions, resources, condition } = grant;
  const judged = (level: PowerLevel, by: readonly string[], why: string): Judged => ({
    level,
    actions: by,
    why,
    allows: `${shortened(by)} on ${shortened(resources)}${condition === undefined ? '' : ' with conditions'}`,
  });
  if (!resources.some((resource) => WIDE.test(resource) || resource.startsWith(ALL_BUT))) {
    return judged('limited', actions, 'on named resources');
  }
  const everything = actions.filter((action) => /^\*(:\*)?$/.test(action) || isAllButLittle(action));
  if (everything.length > 0) {
    return judged('full', everything, 'everything');
  }
  const sensitive = actions.flatMap((action) => {
    const does = becomesAnother(action);
    return does === undefined ? [] : [{ action, does }];
  });
  if (sensitive.length > 0) {
    // Passing any role to a service, and to nothing else, is to run something as that role.
    const isPassedToService = condition !== undefined && /"iam:passedtoservice"/i.test(condition) && sensitive.every(({ action }) => action.toLowerCase() === 'iam:passrole');
    const worst = sensitive.find(({ does }) => does !== ACTS_AS_ANOTHER.does) ?? sensitive[0];
    return judged('identities', sensitive.map(({ action }) => action), isPassedToService ? ACTS_AS_ANOTHER.does : worst.does);
  }
  const services = actions.filter((action) => /^[\w-]+:\*+$/.test(action) || action.startsWith(ALL_BUT));
  return services.length > 0 ? judged('services', services, 'everything in a service') : judged('limited', actions, 'some actions');
}

/** `NotAction` that leaves out no administration of identities. */
function isAllButLittle(action: string): boolean {
  return action.startsWith(ALL_BUT) && !action.slice(ALL_BUT.length).split(', ').some((pattern) => globCovers(pattern.toLowerCase(), 'iam:*'));
}

/**
 * What an action does, if it changes or becomes another identity. A pattern of reads, such as `s3:Get*`, or of a whole service is not meant to, if the
 * only such action that it covers hands out credentials.
 */
function becomesAnother(action: string): string | undefined {
  if (action.startsWith(ALL_BUT) || HARMLESS.includes(action.toLowerCase())) {
    return undefined;
  }
  const found = sensitivityOf(action);
  const isPattern = /[*?]/.test(action);
  const handsOut = found?.does === 'hands out credentials';
  const isMeant = handsOut ? !isPattern || /^sts:(\*|assume)/i.test(action) : !READS.test(action);
  return isMeant ? found?.does : undefined;
}

type DenyStatement = { readonly [name in 'Effect' | 'Action' | 'NotAction' | 'Resource' | 'Condition']?: unknown };

/** The patterns of a Deny on everything without a condition. With `except`, all actions but these are denied. */
interface Denied {
  readonly patterns: readonly string[];
  readonly except: boolean;
}

function deniedBy(text: string): Denied[] {
  const { Statement: statements = [] } = (JSON.parse(text) as { Statement?: DenyStatement | DenyStatement[] } | null) ?? {};
  return [statements].flat().filter((one) => one?.Effect === 'Deny' && one.Condition === undefined && texts(one.Resource).includes('*'))
    .map(({ Action: action, NotAction: notAction }) => (
      { patterns: texts(notAction ?? action).map((pattern) => pattern.toLowerCase()), except: notAction !== undefined }))
    .filter(({ patterns, except }) => except || patterns.length > 0);
}

/** Whether all that an action's pattern allows is denied. */
function isDenied(action: string, denied: readonly Denied[]): boolean {
  const allowed = action.toLowerCase();
  const others = allowed.startsWith(ALL_BUT) ? allowed.slice(ALL_BUT.length).split(', ') : undefined;
  return denied.some(({ patterns, except }) => {
    if (!except) {
      return patterns.includes('*') || patterns.some((pattern) => globCovers(pattern, allowed));
    }
    return patterns.every((pattern) => (others === undefined ? !globsMeet(pattern, allowed) : others.some((other) => globCovers(other, pattern))));
  });
}

function highest(all: readonly Judged[]): PowerLevel {
  return all.reduce<PowerLevel>((level, one) => (POWER_LEVELS.indexOf(one.level) < POWER_LEVELS.indexOf(level) ? one.level : level), 'none');
}

function lower(one: PowerLevel, other: PowerLevel): PowerLevel {
  return POWER_LEVELS.indexOf(one) > POWER_LEVELS.indexOf(other) ? one : other;
}

function shortened(all: readonly string[]): string {
  return `${all.slice(0, MOST_ACTIONS).join(', ')}${all.length > MOST_ACTIONS ? ` and ${all.length - MOST_ACTIONS} more` : ''}`;
}
