import { daysSince } from './credential-report';
import { Caller, Finding, Identity, OwaspItem, Severity, Weakness } from './model';
import { isPower } from './power';

/** Longest time without use, and longest age of a key, in days. The CIS benchmark for AWS asks for 45 and 90; AWS's own unused-access analyzer takes 90. */
export const MOST_IDLE_DAYS = 90;
const MOST_KEY_DAYS = 90;
/** IAM tracks use for this long. */
const TRACKED_DAYS = 400;
const COMPROMISED = /\bAWSCompromisedKeyQuarantine/;

/** What can be wrong with an identity. */
export interface Rule<J extends Identity = Judging> {
  readonly owasp: OwaspItem;
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong with it, if anything. */
  readonly detail: (identity: J, now: Date) => string | undefined;
}

/** What the rules see besides the row. */
export interface Judging extends Identity {
  readonly attached: readonly string[];
}

const RULES: readonly Rule[] = [
  {
    owasp: 'NHI1',
    rule: 'unused',
    severity: 'medium',
    detail: ({ lastUsed, createdAt }, now) => {
      const idle = daysSince(lastUsed?.at ?? createdAt, now);
      return idle <= MOST_IDLE_DAYS ? undefined
        : lastUsed !== undefined ? `not used for ${idle} days`
          : idle > TRACKED_DAYS ? `created ${idle} days ago, and no use in the ${TRACKED_DAYS} days that IAM tracks` : `created ${idle} days ago and never used`;
    },
  },
  {
    owasp: 'NHI1',
    rule: 'deleted-principal-trusted',
    severity: 'low',
    detail: ({ assumedBy }) => naming(assumedBy.filter(({ kind }) => kind === 'deleted'), 'its trust policy still names'),
  },
  {
    owasp: 'NHI1',
    rule: 'inactive-key-kept',
    severity: 'low',
    detail: ({ keys }) => {
      const inactive = keys.filter(({ active }) => !active).map(({ name }) => name);
      return inactive.length === 0 ? undefined : `inactive and not deleted: ${inactive.join(', ')}`;
    },
  },
  {
    owasp: 'NHI2',
    rule: 'key-leaked',
    severity: 'critical',
    detail: ({ attached }) => {
      const found = attached.find((arn) => COMPROMISED.test(arn));
      return found === undefined ? undefined : `AWS found a key of it in public and attached ${found.split('/').at(-1)}`;
    },
  },
  { owasp: 'NHI3', rule: 'third-party', severity: 'high', detail: ({ assumedBy }) => weak(assumedBy, 'no-external-id', 'without an external id:') },
  { owasp: 'NHI4', rule: 'anyone-trusted', severity: 'critical', detail: ({ assumedBy }) => weak(assumedBy, 'anyone', 'can be assumed by') },
  {
    owasp: 'NHI5',
    rule: 'administrator',
    severity: 'critical',
    detail: ({ power: { level, statements } }) => (level === 'full' ? `may do everything: ${statements.map(({ policy }) => policy).join(', ')}` : undefined),
  },
  {
    owasp: 'NHI5',
    rule: 'becomes-others',
    severity: 'high',
    detail: ({ power: { level, statements } }) => (level === 'identities' ? statements.map(({ allows, why }) => `${why}: ${allows}`)[0] : undefined),
  },
  {
    owasp: 'NHI5',
    rule: 'whole-service',
    severity: 'medium',
    detail: ({ power: { level, statements } }) => (isPower(level) && level === 'services' ? statements.map(({ allows }) => allows)[0] : undefined),
  },
  {
    owasp: 'NHI5',
    rule: 'unused-services',
    severity: 'low',
    detail: ({ services = [] }) => {
      const unused = services.filter(({ lastUsedAt }) => lastUsedAt === undefined);
      return unused.length === 0 ? undefined : `${unused.length} of ${services.length} services that it may use were not used in ${TRACKED_DAYS} days`;
    },
  },
  {
    owasp: 'NHI6',
    rule: 'open-federation',
    severity: 'high',
    detail: ({ assumedBy }) => weak(assumedBy, 'no-subject', 'accepts') ?? weak(assumedBy, 'wide-subject', 'accepts more than one subject:'),
  },
  { owasp: 'NHI6', rule: 'audience-open', severity: 'medium', detail: ({ assumedBy }) => weak(assumedBy, 'no-audience', 'accepts any audience:') },
  {
    owasp: 'NHI7',
    rule: 'old-key',
    severity: 'high',
    detail: ({ keys }) => {
      const old = keys.filter(({ active, ageDays = 0 }) => active && ageDays > MOST_KEY_DAYS).map(({ name, ageDays }) => `${name} is ${ageDays} days old`);
      return old.length === 0 ? undefined : old.join(', ');
    },
  },
  {
    owasp: 'NHI8',
    rule: 'stages-mixed',
    severity: 'high',
    detail: ({ name, assumedBy }) => {
      const own = stageIn(name);
      const other = own === undefined ? undefined : assumedBy.find((caller) => ![undefined, own].includes(stageIn(caller.name)));
      return other === undefined ? undefined : `by the names, ${stageIn(other.name)} reaches ${own}: ${other.name}`;
    },
  },
  {
    owasp: 'NHI9',
    rule: 'shared',
    severity: 'medium',
    detail: ({ assumedBy }) => (assumedBy.length < 2 ? undefined : `${assumedBy.length} callers share it: ${assumedBy.map(({ name }) => name).join(', ')}`),
  },
  {
    owasp: 'NHI10',
    rule: 'person-and-machine',
    severity: 'medium',
    detail: ({ kind, type, console: password, keys, assumedBy }) => (
      type !== 'role' && password !== undefined && keys.some(({ active }) => active) ? 'has a password for people and an active key for machines'
        : kind === 'machine' ? naming(assumedBy.filter((caller) => caller.kind === 'people'), 'people can assume it too:') : undefined),
  },
];

const OF_PEOPLE: readonly string[] = ['old-key', 'person-and-machine', 'key-leaked', 'inactive-key-kept'];
const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** Findings of an identity, the most severe first. What AWS made and keeps for itself is not judged, and of people only their keys are. */
export function findingsOf(identity: Judging, now: Date): Finding[] {
  return findingsBy(RULES.filter(({ rule }) => identity.kind === 'machine' || (identity.kind === 'human' && OF_PEOPLE.includes(rule))), identity, now);
}

/** What the rules find, the most severe first. */
export function findingsBy<J extends Identity>(rules: readonly Rule<J>[], identity: J, now: Date): Finding[] {
  return rules
    .flatMap(({ owasp, rule, severity, detail }) => {
      const text = detail(identity, now);
      return text === undefined ? [] : [{ owasp, rule, severity, detail: text }];
    })
    .sort((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity));
}

/** Rules that are the same on every cloud. */
export function rulesNamed(...names: readonly string[]): Rule[] {
  return RULES.filter(({ rule }) => names.includes(rule));
}

/** How bad the worst finding is: 0 for none, 4 for critical. */
export function worstOf(findings: readonly Finding[]): number {
  return findings.length === 0 ? 0 : SEVERITIES.length - SEVERITIES.indexOf(findings[0].severity);
}

/** The stage in a name, as a word of its own. */
export function stageIn(name: string): 'production' | 'test' | undefined {
  const words = name.toLowerCase().split(/[^a-z]+/);
  return words.some((word) => /^(prod|production|prd|live)$/.test(word)) ? 'production'
    : words.some((word) => /^(test|testing|dev|development|sandbox|staging|stage|qa|uat)$/.test(word)) ? 'test' : undefined;
}

function weak(callers: readonly Caller[], weakness: Weakness, what: string): string | undefined {
  return naming(callers.filter((caller) => caller.weakness === weakness), what);
}

/** The callers by name. */
export function naming(callers: readonly Caller[], what: string): string | undefined {
  return callers.length === 0 ? undefined : `${what} ${callers.map(({ name }) => name).join(', ')}`;
}
