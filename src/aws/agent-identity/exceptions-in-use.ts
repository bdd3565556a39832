import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { isPast } from '../../core/expiry';
import { shown } from '../../core/shown';
import { ExceptionalAccess } from '../access-rules/exceptional-access';
import { alwaysDenied } from '../guards/always-denied';
import { globMatches } from '../iam/globs';
import { UNKNOWN } from '../iam/resource-text';

/** How statements use an exception. */
interface Use {
  readonly actions: Set<string>;
  readonly resources: Set<string>;
}

/** The resources that a pattern covers. What is known only at deployment is a star, as in the pattern. */
function coveredBy(pattern: string, resources: ReadonlySet<string>): string[] {
  return [...resources].filter((resource) => globMatches(pattern, resource)).map((resource) => resource.replaceAll(UNKNOWN, '*'));
}

/** An agent's exceptions, and which of their actions its access needs. */
export class ExceptionsInUse {
  public readonly all: ExceptionalAccess[] = [];
  private readonly used = new Map<ExceptionalAccess, Use>();

  public constructor(private readonly agent: IConstruct, given: ExceptionalAccess[], private readonly expires: Expiry) {
    given.forEach((exception) => this.add(exception));
  }

  /**
   * @throws InvalidInputError `AccessExceptionWithoutEffect`, `AccessExceptionOutlivesAgent`
   */
  public add(exception: ExceptionalAccess): void {
    this.check(exception);
    this.all.push(exception);
  }

  /** @param resources - resources as the rules read them */
  public use(exception: ExceptionalAccess, actions: readonly string[], resources: readonly string[]): void {
    const used = this.used.get(exception) ?? { actions: new Set(), resources: new Set() };
    actions.forEach((action) => used.actions.add(action.toLowerCase()));
    resources.forEach((resource) => used.resources.add(resource));
    this.used.set(exception, used);
  }

  /** Warns about exceptions that are unused or too broad, when all access is declared. */
  public tellUnused(): void {
    for (const exception of this.all) {
      const { actions, resources } = this.used.get(exception) ?? { actions: new Set(), resources: new Set() };
      const unused = [
        ...exception.actions.filter((action) => !actions.has(action.toLowerCase())),
        ...exception.resources.filter((pattern) => coveredBy(pattern, resources).length === 0),
      ];
      if (unused.length > 0) {
        this.warn('AccessExceptionUnused', `the access exception ${shown(exception.reason)} names ${unused.join(', ')}, which no statement has: take that out`);
      }
      for (const pattern of exception.resources) {
        const covered = coveredBy(pattern, resources);
        if (covered.length > 0 && !covered.some((resource) => globMatches(resource, pattern))) {
          this.warn('AccessExceptionWide', `the access exception ${shown(exception.reason)} covers ${pattern}, and statements need only ${covered.map((text) => shown(text)).join(', ')}: name that instead`);
        }
      }
    }
  }

  private check({ actions, reason, until }: ExceptionalAccess): void {
    const { expires } = this;
    const dead = actions.find((action) => alwaysDenied(action) !== undefined);
    if (dead !== undefined) {
      throw new InvalidInputError('AccessExceptionWithoutEffect',
        `${this.agent.node.path}: the access exception ${shown(reason)} can't allow ${dead}: it ${alwaysDenied(dead)}, and the guard denies that to every agent; let a person or a pipeline do it`);
    }
    if (until.epochSeconds > expires.epochSeconds) {
      throw new InvalidInputError('AccessExceptionOutlivesAgent',
        `${this.agent.node.path}: the access exception ${shown(reason)} ends at ${until.iso}, after the agent, which ends at ${expires.iso}: give it an end of ${expires.iso} or earlier`);
    }
    if (isPast(until, new Date())) {
      this.warn('AccessExceptionPast', `the access exception ${shown(reason)} ended at ${until.iso}: what it allowed is denied; take it and its statements out, or give it a later end`);
    }
  }

  private warn(code: string, message: string): void {
    Annotations.of(this.agent).addWarningV2(`cdk-nhi-lifecycle:${code}`, message);
  }
}
