import { Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/** What an exception from the access rules says. */
export interface AccessExceptionProps {
  /**
   * The actions that it allows, each exactly as a statement writes it (upper and lower case count as the same): `ec2:Describe*` excuses a statement with
   * `ec2:Describe*`, not one with `ec2:DescribeImageAttribute`. It must name the service, so `*` can't be excepted.
   */
  readonly actions: string[];

  /** Why the agent can't do without, 10 to 500 characters. It is printed in reports and reviews. */
  readonly reason: string;

  /** Until when. From then on the statement allows nothing, without any deployment. */
  readonly until: Expiry;
}

/** Allows an agent what the access rules refuse, for a reason and for a time. It shows in the report of declared access. */
export class AccessException {
  /**
   * An exception for named actions.
   *
   * Fails with `AccessExceptionInvalid` when the actions or the reason say too little.
   */
  public static of(props: AccessExceptionProps): AccessException {
    return new AccessException(props);
  }

  /** The actions that it allows. */
  public readonly actions: string[];

  /** Why the agent can't do without. */
  public readonly reason: string;

  /** Until when it holds. */
  public readonly until: Expiry;

  private readonly names: ReadonlySet<string>;

  private constructor(props: AccessExceptionProps) {
    const reason = props.reason.trim();
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for: the reason is printed in reports
    if (reason.length < 10 || reason.length > 500 || /[\u0000-\u001f\u007f]/.test(reason)) {
      throw invalid(`reason ${shown(reason)} is not allowed`, 'say in 10 to 500 characters, on one line, why the agent needs it');
    }
    if (props.actions.length === 0) {
      throw invalid('no action is given', 'name each action exactly as the statement writes it, such as cloudwatch:PutMetricData');
    }
    for (const action of props.actions) {
      if (!/^[a-z0-9-]+:[a-z0-9*?_-]+$/i.test(action)) {
        throw invalid(`action ${shown(action)} is not allowed`, 'name each action as service:Name; "*" and patterns in the service\'s name can\'t be excepted');
      }
    }
    this.actions = [...props.actions];
    this.reason = reason;
    this.until = props.until;
    this.names = new Set(props.actions.map((action) => action.toLowerCase()));
  }

  /** @internal */
  public _names(action: string): boolean {
    return this.names.has(action.toLowerCase());
  }
}

function invalid(problem: string, fix: string): InvalidInputError {
  return new InvalidInputError('AccessExceptionInvalid', `access exception: ${problem}: ${fix}`);
}
