import { Token } from 'aws-cdk-lib';
import { Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { Held } from '../../core/held';
import { shown } from '../../core/shown';
import { requirePlainText } from '../../core/text';
import { requireExpiry } from '../../core/value-classes';
import { globMatches } from '../iam/globs';

/** Properties of an exception from the access rules. */
export interface ExceptionalAccessProps {
  /**
   * The actions that the exception allows, each exactly as the statement writes it, except for upper and lower case: `ec2:Describe*` allows a statement with
   * `ec2:Describe*`, not one with `ec2:DescribeImageAttribute`. Each action must name its service, so `*` can't be allowed.
   */
  readonly actions: string[];

  /**
   * The resources on which the exception allows the actions, as ARNs that may contain `*`. Each resource of a statement must match one of them.
   *
   * @default - all resources that a statement with these actions names
   */
  readonly resources?: string[];

  /** Why the agent needs the access, 10 to 500 characters. It is printed in reports and reviews. */
  readonly reason: string;

  /** The end of the exception. From then on the statement allows nothing; no deployment is needed. */
  readonly until: Expiry;
}

/** Allows an agent access that the access rules refuse, for a reason and for a limited time. It appears in the report of declared access. */
export class ExceptionalAccess {
  /**
   * An exception for named actions.
   *
   * What is not specific enough fails where the exception is used, with `AccessExceptionInvalid`, so that the error names the agent; so does an end that is
   * no date.
   */
  public static of(props: ExceptionalAccessProps): ExceptionalAccess {
    return new ExceptionalAccess(Held.of(() => checked(props)));
  }

  private constructor(private readonly held: Held<CheckedException>) {}

  /** The actions that the exception allows. */
  public get actions(): string[] {
    return [...this.held.value.actions];
  }

  /** The resources on which the exception allows them; an empty list means any. */
  public get resources(): string[] {
    return [...this.held.value.resources];
  }

  /** Why the agent needs the access. */
  public get reason(): string {
    return this.held.value.reason;
  }

  /** The end of the exception. */
  public get until(): Expiry {
    return this.held.value.until;
  }

  /** @internal */
  public _names(action: string): boolean {
    return this.held.value.names.has(action.toLowerCase());
  }

  /**
   * Whether it is for a resource, as the rules read it.
   *
   * @internal
   */
  public _covers(resource: string): boolean {
    const { resources } = this.held.value;
    return resources.length === 0 || resources.some((pattern) => globMatches(pattern, resource));
  }

  /** @internal */
  public _check(): void {
    void this.held.value;
  }
}

interface CheckedException {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly reason: string;
  readonly until: Expiry;
  /** The actions in lower case. */
  readonly names: ReadonlySet<string>;
}

function checked({ actions, resources = [], reason, until }: ExceptionalAccessProps): CheckedException {
  if (requirePlainText('the reason of an access exception', reason).length < 10 || reason.length > 500) {
    throw invalid(`reason ${shown(reason)} is not allowed`, 'say in 10 to 500 characters why the agent needs it');
  }
  if (!Array.isArray(actions) || actions.length === 0) {
    throw invalid('no list of actions is given', 'name each action exactly as the statement writes it, such as cloudwatch:PutMetricData');
  }
  for (const action of actions) {
    if (typeof action !== 'string' || !/^[a-z0-9-]+:[a-z0-9*?_-]+$/i.test(action)) {
      throw invalid(`action ${shown(action)} is not allowed`, 'name each action as service:Name; "*" and patterns in the service\'s name can\'t be excepted');
    }
  }
  if (!Array.isArray(resources)) {
    throw invalid(`resources ${shown(resources)} are no list`, 'give a list of ARNs');
  }
  for (const resource of resources) {
    if (Token.isUnresolved(resource) || !/^(\*|arn:[^:]+:.+)$/.test(resource)) {
      throw invalid(`resource ${shown(resource)} is not allowed`, 'give ARNs, literally: they are compared with those of statements; an account or region that is only known at deployment is a *');
    }
    requirePlainText('a resource of an access exception', resource);
  }
  return {
    actions: [...actions],
    resources: [...resources],
    reason,
    until: requireExpiry('the end of an access exception', until),
    names: new Set(actions.map((action) => action.toLowerCase())),
  };
}

function invalid(problem: string, fix: string): InvalidInputError {
  return new InvalidInputError('AccessExceptionInvalid', `access exception: ${problem}: ${fix}`);
}
