import { daysSince } from './credential-report';
import { Finding, Identity } from './model';
import { Caller, Weakness } from '../../src/core/identities/caller';
import { FINDING_RULES, FindingRuleName, SEVERITIES } from '../../src/core/identities/finding-rules';
import { isPower, onlyRunsAsOthers, Power } from '../../src/core/identities/power';
import { stageIn } from '../../src/core/identities/stage-in-name';

/** Longest time without use, and longest age of a key, in days. The CIS benchmark for AWS asks for 45 and 90; AWS's own unused-access analyzer takes 90. */
export const MOST_IDLE_DAYS = 90;
const MOST_KEY_DAYS = 90;
/** IAM tracks use for this long. */
const TRACKED_DAYS = 400;
const COMPROMISED = /\bAWSCompromisedKeyQuarantine/;

/** What can be wrong with an identity. */
export interface Rule<J extends Identity = Judging> {
  readonly rule: FindingRuleName;
  /** What is wrong with it, if anything. */
  readonly detail: (identity: J, now: Date) => string | undefined;
}

/** What the rules see besides the row. */
export interface Judging extends Identity {
  readonly attached: readonly string[];
}

const RULES: readonly Rule[] = [
  {
    rule: 'unused',
    detail: ({ lastUsed, createdAt }, now) => {
      const idle = daysSince(lastUsed?.at ?? createdAt, now);
      return idle <= MOST_IDLE_DAYS ? undefined
        : lastUsed !== undefined ? `not used for ${idle} days`
          : idle > TRACKED_DAYS ? `created ${idle} days ago, and no use in the ${TRACKED_DAYS} days that IAM tracks` : `created ${idle} days ago and never used`;
    },
  },
  {
    rule: 'deleted-principal-trusted',
    detail: ({ assumedBy }) => naming(assumedBy.filter(({ kind }) => kind === 'deleted'), 'its trust policy still names'),
  },
  {
    rule: 'inactive-key-kept',
    detail: ({ keys }) => {
      const inactive = keys.filter(({ active }) => !active).map(({ name }) => name);
      return inactive.length === 0 ? undefined : `inactive and not deleted: ${inactive.join(', ')}`;
    },
  },
  {
    rule: 'key-leaked',
    detail: ({ attached }) => {
      const found = attached.find((arn) => COMPROMISED.test(arn));
      return found === undefined ? undefined : `AWS found a key of it in public and attached ${found.split('/').at(-1)}`;
    },
  },
  { rule: 'third-party', detail: ({ assumedBy }) => weak(assumedBy, 'no-external-id', 'without an external id:') },
  { rule: 'anyone-trusted', detail: ({ assumedBy }) => weak(assumedBy, 'anyone', 'can be assumed by') },
  {
    rule: 'administrator',
    detail: ({ power: { level, statements } }) => (level === 'full' ? `may do everything: ${statements.map(({ policy }) => policy).join(', ')}` : undefined),
  },
  {
    rule: 'becomes-others',
    detail: ({ power }) => (power.level === 'identities' && !onlyRunsAsOthers(power) ? overIdentities(power) : undefined),
  },
  { rule: 'runs-as-others', detail: ({ power }) => (onlyRunsAsOthers(power) ? overIdentities(power) : undefined) },
  {
    rule: 'whole-service',
    detail: ({ power: { level, statements } }) => (isPower(level) && level === 'services' ? statements.map(({ allows }) => allows)[0] : undefined),
  },
  {
    rule: 'unused-services',
    detail: ({ services = [] }) => {
      const unused = services.filter(({ lastUsedAt }) => lastUsedAt === undefined);
      return unused.length === 0 ? undefined : `${unused.length} of ${services.length} services that it may use were not used in ${TRACKED_DAYS} days`;
    },
  },
  {
    rule: 'open-federation',
    detail: ({ assumedBy }) => weak(assumedBy, 'no-subject', 'accepts') ?? weak(assumedBy, 'wide-subject', 'accepts more than one subject:'),
  },
  { rule: 'audience-open', detail: ({ assumedBy }) => weak(assumedBy, 'no-audience', 'accepts any audience:') },
  { rule: 'any-branch', detail: ({ assumedBy }) => weak(assumedBy, 'any-branch', 'accepts any branch:') },
  {
    rule: 'old-key',
    detail: ({ keys }) => {
      const old = keys.filter(({ active, ageDays = 0 }) => active && ageDays > MOST_KEY_DAYS).map(({ name, ageDays }) => `${name} is ${ageDays} days old`);
      return old.length === 0 ? undefined : old.join(', ');
    },
  },
  {
    rule: 'stages-mixed',
    detail: ({ name, assumedBy }) => {
      const own = stageIn(name);
      const other = own === undefined ? undefined : assumedBy.find((caller) => ![undefined, own].includes(stageIn(caller.name)));
      return other === undefined ? undefined : `by the names, ${stageIn(other.name)} reaches ${own}: ${other.name}`;
    },
  },
  {
    rule: 'shared',
    detail: ({ assumedBy }) => (assumedBy.length < 2 ? undefined : `${assumedBy.length} callers share it: ${assumedBy.map(({ name }) => name).join(', ')}`),
  },
  {
    rule: 'person-and-machine',
    detail: ({ kind, type, console: password, keys, assumedBy }) => (
      type !== 'role' && password !== undefined && keys.some(({ active }) => active) ? 'has a password for people and an active key for machines'
        : kind === 'machine' ? naming(assumedBy.filter((caller) => caller.kind === 'people'), 'people can assume it too:') : undefined),
  },
];

const OF_PEOPLE: readonly FindingRuleName[] = ['old-key', 'person-and-machine', 'key-leaked', 'inactive-key-kept'];

/** Findings of an identity, the most severe first. What AWS made and keeps for itself is not judged, and of people only their keys are. */
export function findingsOf(identity: Judging, now: Date): Finding[] {
  return findingsBy(RULES.filter(({ rule }) => identity.kind === 'machine' || (identity.kind === 'human' && OF_PEOPLE.includes(rule))), identity, now);
}

/** Rules that are the same on every cloud. */
export function rulesNamed(...names: readonly FindingRuleName[]): Rule[] {
  return RULES.filter(({ rule }) => names.includes(rule));
}

/** What the rules find, the most severe first. */
export function findingsBy<J extends Identity>(rules: readonly Rule<J>[], identity: J, now: Date): Finding[] {
  return rules
    .flatMap(({ rule, detail }) => {
      const text = detail(identity, now);
      const { owasp, severity } = FINDING_RULES[rule];
      return text === undefined ? [] : [{ owasp, rule, severity, detail: text }];
    })
    .sort((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity));
}

/** How bad the worst finding is: 0 for none, 4 for critical. */
export function worstOf(findings: readonly Finding[]): number {
  return findings.length === 0 ? 0 : SEVERITIES.length - SEVERITIES.indexOf(findings[0].severity);
}

function overIdentities({ statements }: Power): string | undefined {
  return statements.map(({ allows, why }) => `${why}: ${allows}`)[0];
}

function weak(callers: readonly Caller[], weakness: Weakness, what: string): string | undefined {
  return naming(callers.filter((caller) => caller.weakness === weakness), what);
}

/** The callers by name. */
export function naming(callers: readonly Caller[], what: string): string | undefined {
  return callers.length === 0 ? undefined : `${what} ${callers.map(({ name }) => name).join(', ')}`;
}
